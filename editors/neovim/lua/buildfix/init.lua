-- Starts the buildfix language server and defines the commands. Diagnostics and fixes are computed by the server.
local M = {}

M.filetypes = { 'cs', 'typescript', 'typescriptreact', 'javascript', 'javascriptreact' }
M.root_markers = { 'buildfix.toml', '*.sln', '*.csproj', 'tsconfig.json', 'package.json', '.git' }

M.options = {
  cmd = { 'buildfix', 'lsp' },
  -- Whether builds of any folder may be run. Otherwise `buildfix trust` decides, and you are asked.
  trusted = false,
  settings = { buildfix = { logs = {}, build = { command = '' }, diagnostics = { publish = 'auto' }, fixAll = { includeUnsafe = false }, learn = true } },
}

--- Root folder of a file: the nearest folder with a root marker, else the folder of the file.
function M.root(file)
  local found = vim.fs.find(function(name)
    if name:match('%.sln$') or name:match('%.slnx$') or name:match('%.csproj$') then return true end
    return vim.tbl_contains({ 'buildfix.toml', 'tsconfig.json', 'package.json', '.git' }, name)
  end, { path = vim.fs.dirname(file), upward = true })[1]
  return found and vim.fs.dirname(found) or vim.fs.dirname(file)
end

--- Passes on what other servers say of a buffer, so that it is learned from what a person repairs without a build.
local function pass_on(buffer)
  local c = (vim.lsp.get_clients or vim.lsp.get_active_clients)({ name = 'buildfix', bufnr = buffer })[1]
  if not c or not c.initialized or not vim.api.nvim_buf_is_loaded(buffer) then return end
  local others = {}
  for _, d in ipairs(vim.diagnostic.get(buffer)) do
    local sent = d.user_data and d.user_data.lsp
    if sent and sent.code and d.source ~= 'buildfix' then
      -- Where it stands in the buffer now.
      local function position(line, column)
        return { line = line, character = vim.lsp.util.character_offset(buffer, line, column, c.offset_encoding or 'utf-16') }
      end
      others[#others + 1] = {
        range = { start = position(d.lnum, d.col), ['end'] = position(d.end_lnum or d.lnum, d.end_col or d.col) },
        severity = d.severity, code = sent.code, source = d.source, message = d.message,
      }
    end
  end
  local params = {
    uri = vim.uri_from_bufnr(buffer), version = vim.lsp.util.buf_versions[buffer],
    diagnostics = others,
  }
  if vim.fn.has('nvim-0.11') == 1 then c:notify('buildfix/diagnostics', params) else c.notify('buildfix/diagnostics', params) end
end

local waiting = {}
--- The same once the diagnostics have stopped changing for a moment.
local function pass_on_later(buffer)
  waiting[buffer] = (waiting[buffer] or 0) + 1
  local round = waiting[buffer]
  vim.defer_fn(function() if waiting[buffer] == round then waiting[buffer] = nil; pass_on(buffer) end end, 300)
end

--- What happens once, however the server is started.
local function listen()
  local group = vim.api.nvim_create_augroup('buildfix-learning', { clear = true })
  vim.api.nvim_create_autocmd('DiagnosticChanged', { group = group, callback = function(event)
    if vim.tbl_contains(M.filetypes, vim.bo[event.buf].filetype) then pass_on_later(event.buf) end
  end })
  vim.lsp.commands['buildfix.showPattern'] = function(command) M.show_pattern(command.arguments[1]) end
  vim.lsp.commands['buildfix.fixAll'] = function(command) M.fix_all(command.arguments[1]) end
end

--- The client's configuration, in the form of vim.lsp.config and vim.lsp.start.
function M.config()
  listen()
  return {
    name = 'buildfix',
    cmd = M.options.cmd,
    filetypes = M.filetypes,
    root_dir = vim.lsp.config and function(buffer, on_dir) on_dir(M.root(vim.api.nvim_buf_get_name(buffer))) end or nil,
    init_options = { trusted = M.options.trusted, client = 'neovim' },
    settings = M.options.settings,
    handlers = {
      ['buildfix/status'] = function(_, status) vim.g.buildfix_status = status end,
      ['buildfix/outOfStep'] = function(_, document, context) M.send_again(context.client_id, document.uri) end,
    },
  }
end

--- Closes and opens a document for the server, which lost track of it and gets its whole text by that.
function M.send_again(client_id, uri)
  local c = vim.lsp.get_client_by_id(client_id)
  local buffer = vim.uri_to_bufnr(uri)
  if not c or not vim.api.nvim_buf_is_loaded(buffer) then return end
  local function notify(method, params)
    if vim.fn.has('nvim-0.11') == 1 then c:notify(method, params) else c.notify(method, params) end
  end
  local text = table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, true), '\n')
  if vim.bo[buffer].endofline then text = text .. '\n' end
  if vim.bo[buffer].fileformat == 'dos' then text = text:gsub('\n', '\r\n') end
  notify('textDocument/didClose', { textDocument = { uri = uri } })
  notify('textDocument/didOpen', { textDocument = {
    uri = uri, version = vim.lsp.util.buf_versions[buffer] or 0, languageId = vim.bo[buffer].filetype, text = text,
  } })
end

--- For a status line: "2/17" (can be fixed safely / all), or "".
function M.statusline()
  local s = vim.g.buildfix_status
  if not s or s.errors + s.warnings == 0 then return '' end
  return ('%d/%d'):format(s.fixable, s.errors + s.warnings)
end

--- Options: cmd, trusted, settings. Starts the server for the known file types.
function M.setup(options)
  M.options = vim.tbl_deep_extend('force', M.options, options or {})
  if vim.lsp.config and vim.lsp.enable then
    vim.lsp.config('buildfix', M.config())
    vim.lsp.enable('buildfix')
    return
  end
  -- Neovim 0.8 to 0.10 have no vim.lsp.enable.
  local group = vim.api.nvim_create_augroup('buildfix', { clear = true })
  local function attach(buffer)
    local file = vim.api.nvim_buf_get_name(buffer)
    if file == '' then return end
    local config = M.config()
    config.root_dir = M.root(file)
    config.filetypes = nil
    vim.lsp.start(config)
  end
  vim.api.nvim_create_autocmd('FileType', { group = group, pattern = M.filetypes, callback = function(event) attach(event.buf) end })
  if vim.tbl_contains(M.filetypes, vim.bo.filetype) then attach(vim.api.nvim_get_current_buf()) end
end

local function client()
  local get = vim.lsp.get_clients or vim.lsp.get_active_clients
  local found = get({ name = 'buildfix' })[1]
  if not found then vim.notify('buildfix: the server is not running here; see :checkhealth buildfix', vim.log.levels.ERROR) end
  return found
end

--- Executes a command of the server and calls `done(result)`.
--- `failed(err)` returns true when it has dealt with the error.
function M.execute(command, argument, done, failed)
  local c = client()
  if not c then return end
  local function handler(err, result)
    if err and failed and failed(err) then return end
    if err then return vim.notify('buildfix: ' .. err.message, vim.log.levels.ERROR) end
    if done then done(result) end
  end
  local params = { command = command, arguments = { argument or vim.empty_dict() } }
  if vim.fn.has('nvim-0.11') == 1 then c:request('workspace/executeCommand', params, handler) else c.request('workspace/executeCommand', params, handler) end
end

function M.fix_all(options)
  options = vim.tbl_extend('keep', options or {}, { scope = 'workspace', safety = 'safe', preview = false })
  M.execute('buildfix.fixAll', options, function(r)
    if not r.applied and r.planned then
      vim.notify('buildfix: nothing was changed: Neovim did not apply the edit', vim.log.levels.WARN)
    elseif r.fixed == 0 then
      vim.notify(('buildfix: nothing to fix in bulk among %d diagnostics'):format(r.remaining))
    else
      vim.notify(('buildfix: fixed %d in %d file(s), %d remain. :BuildfixUndo undoes, :wall saves.'):format(r.fixed, r.files, r.remaining))
    end
  end)
end

--- Shows what a fix was learned from; one of the examples is gone to, or the fix is rejected here or forgotten.
--- `pattern`: { pattern, uri, explanation } as the server has it.
function M.show_pattern(pattern)
  M.execute('buildfix.pattern', { pattern = pattern.pattern, what = 'examples' }, function(examples)
    local choices = {}
    local function line(text) return (vim.trim(text):gsub('%s+', ' ')) end
    for _, e in ipairs(examples or {}) do
      choices[#choices + 1] = { text = ('%s:%d  %s → %s'):format(e.path, e.line, line(e.before), line(e.after)), example = e }
    end
    choices[#choices + 1] = { text = 'Not useful in this file', what = 'reject', done = 'not offered here again when it is rejected twice' }
    choices[#choices + 1] = { text = 'Forget what was learned', what = 'forget', done = 'forgotten' }
    vim.ui.select(choices, { prompt = pattern.explanation, format_item = function(c) return c.text end }, function(choice)
      if not choice then return end
      if choice.example then
        local root = client().config.root_dir
        vim.cmd.edit(vim.fn.fnameescape(vim.fs.joinpath and vim.fs.joinpath(root, choice.example.path) or root .. '/' .. choice.example.path))
        local last = vim.api.nvim_buf_line_count(0)
        return vim.api.nvim_win_set_cursor(0, { math.min(choice.example.line, last), 0 })
      end
      M.execute('buildfix.pattern', { pattern = pattern.pattern, what = choice.what, uri = pattern.uri }, function() vim.notify('buildfix: ' .. choice.done) end)
    end)
  end)
end

--- Goes to the diagnostic whose repair by hand would teach the most.
function M.next()
  M.execute('buildfix.next', nil, function(hints)
    local next = (hints or {})[1]
    if not next then return vim.notify('buildfix: no diagnostic without a fix has many others like it') end
    vim.cmd.edit(vim.fn.fnameescape(vim.uri_to_fname(next.uri)))
    pcall(vim.api.nvim_win_set_cursor, 0, { next.range.start.line + 1, next.range.start.character })
    vim.notify(('buildfix: repair this one by hand and build: %d others have its shape (%s)'):format(next.others, next.code))
  end)
end

function M.undo()
  M.execute('buildfix.undo', nil, function(r)
    vim.notify((r == nil or r == vim.NIL) and 'buildfix: there is nothing to undo' or ('buildfix: undid "%s" in %d file(s)'):format(r.title, r.files))
  end)
end

--- Shows the number of diagnostics of a build or log.
local function tell(r)
  local outside = r.diagnostics - r.placed
  vim.notify(('buildfix: %d diagnostic(s)%s'):format(r.diagnostics, outside > 0 and (', %d of them not in a file of this workspace'):format(outside) or ''))
end

function M.build(command)
  local typed = command ~= nil and command ~= ''
  M.execute('buildfix.build', typed and { command = command, typed = true } or nil, tell, function(err)
    if typed or not err.message:find('not trusted', 1, true) then return false end
    local c = client()
    local root = c and c.config.root_dir
    if not root then return false end
    if vim.fn.confirm(('buildfix: %s is not trusted, and a build runs code of the folder. Trust it?'):format(root), '&Yes\n&No', 2) ~= 1 then return true end
    local said = vim.fn.system({ M.options.cmd[1], 'trust', root })
    if vim.v.shell_error ~= 0 then vim.notify(said, vim.log.levels.ERROR) else M.build(command) end
    return true
  end)
end

function M.load_log(path)
  M.execute('buildfix.loadLog', { uris = { vim.uri_from_fname(vim.fn.fnamemodify(path, ':p')) } }, tell)
end

return M
