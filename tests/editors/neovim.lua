-- End to end in real Neovim: diagnostics of a build log, one fix by code action, fix-all, undo, files on disk.
-- usage: nvim --headless -u NONE -i NONE -n FILE -c 'luafile neovim.lua'
-- environment: PLUGIN (editors/neovim), BUILDFIX (the program), LOG (a build log), MODE=config|start
local function out(...) io.stdout:write(table.concat({ ... }, ' ') .. '\n') end
local function fail(message) out('FAIL ' .. message); vim.cmd('cquit 1') end
local function wait(what, condition) if not vim.wait(20000, condition, 10) then fail('timeout: ' .. what .. '\n' .. vim.inspect(vim.diagnostic.get())) end end

vim.opt.runtimepath:prepend(vim.env.PLUGIN)
vim.cmd('runtime plugin/buildfix.lua')
vim.filetype.add({ extension = { ts = 'typescript', cs = 'cs' } })
local buildfix = require('buildfix')
if vim.env.MODE == 'start' then vim.lsp.enable = nil end
vim.bo.filetype = vim.filetype.match({ buf = 0 })
buildfix.setup({ cmd = { vim.env.BUILDFIX, 'lsp' } })
vim.api.nvim_exec_autocmds('FileType', { buffer = 0 })

local get = vim.lsp.get_clients
wait('the server', function() return #get({ name = 'buildfix' }) == 1 and get({ name = 'buildfix' })[1].initialized end)
vim.cmd('BuildfixLoadLog ' .. vim.env.LOG)
local function codes() return vim.tbl_map(function(d) return tostring(d.code) end, vim.diagnostic.get(0)) end
wait('diagnostics', function() return #vim.diagnostic.get(0) > 0 end)
out('diagnostics', table.concat(codes(), ' '))

-- One quick fix.
local spelling = vim.tbl_filter(function(d) return d.code == 'TS2551' end, vim.diagnostic.get(0))[1]
if not spelling then fail('no TS2551') end
vim.api.nvim_win_set_cursor(0, { spelling.lnum + 1, spelling.col })
local function text() return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n') end
vim.lsp.buf.code_action({ apply = true, filter = function(a) return a.title:find('total') ~= nil end })
wait('the quick fix', function() return text():find('calculator.total%(createOrder') ~= nil end)
out('quick fix applied')
wait('the diagnostic goes', function() return not vim.tbl_contains(codes(), 'TS2551') end)

-- All safe fixes in all files.
local before = text()
vim.cmd('BuildfixFixAll')
wait('fix all', function() return text() ~= before and text():find('override total') ~= nil end)
vim.cmd('silent wall')
local store = vim.fs.dirname(vim.api.nvim_buf_get_name(0)) .. '/store.ts'
local function read(path) local f = assert(io.open(path)); local s = f:read('*a'); f:close(); return s end
if not read(store):find("'./order.js'", 1, true) then fail('the other file was not fixed: ' .. read(store)) end
out('fixed all')

-- Undo.
vim.cmd('BuildfixUndo')
wait('undo', function() return text() == before end)
vim.cmd('silent wall')
if read(store):find("'./order.js'", 1, true) then fail('the other file was not restored') end
out('undone')

-- A change that cannot be applied: the server asks for the text, and gets it.
local client = get({ name = 'buildfix' })[1]
local function notify(method, params) if vim.fn.has('nvim-0.11') == 1 then client:notify(method, params) else client.notify(method, params) end end
local sent, send_again = 0, buildfix.send_again
buildfix.send_again = function(...) sent = sent + 1; return send_again(...) end
local far = { line = 99999, character = 0 }
notify('textDocument/didChange', {
  textDocument = { uri = vim.uri_from_bufnr(0), version = vim.lsp.util.buf_versions[vim.api.nvim_get_current_buf()] + 1 },
  contentChanges = { { range = { start = far, ['end'] = far }, text = 'x' } },
})
wait('the document is asked for', function() return sent == 1 end)
vim.api.nvim_buf_set_lines(0, 0, 0, false, { '// one more line' })
wait('the diagnostics are back', function() return #vim.diagnostic.get(0) > 0 end)
vim.wait(1500)
if sent ~= 1 then fail('the document is out of step again') end
out('in step again')
vim.cmd('silent undo')

vim.cmd('checkhealth buildfix')
local health = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
if health:find('ERROR') then fail(health) end
out('OK')
vim.cmd('qall!')
