-- It learns in real Neovim without a build: another language server tells what is wrong, and what it tells no more was repaired.
-- usage: nvim --headless -u NONE -i NONE -n src/cart.ts -c 'luafile neovim_live.lua'
-- environment: PLUGIN (editors/neovim), BUILDFIX (the program), TYPESCRIPT (node_modules with typescript-language-server and ts59)
local function out(...) io.stdout:write(table.concat({ ... }, ' ') .. '\n') end
local function fail(message) out('FAIL ' .. message); vim.cmd('cquit 1') end
local function wait(what, condition) if not vim.wait(60000, condition, 20) then fail('timeout: ' .. what .. '\n' .. vim.inspect(vim.diagnostic.get())) end end

vim.opt.runtimepath:prepend(vim.env.PLUGIN)
vim.opt.hidden = true
vim.cmd('runtime plugin/buildfix.lua')
vim.filetype.add({ extension = { ts = 'typescript' } })
vim.cmd('filetype on')
vim.lsp.config('typescript', {
  cmd = { 'node', vim.env.TYPESCRIPT .. '/typescript-language-server/lib/cli.mjs', '--stdio' }, filetypes = { 'typescript' }, root_dir = vim.fn.getcwd(),
  init_options = { tsserver = { path = vim.env.TYPESCRIPT .. '/ts59/lib/tsserver.js' }, disableAutomaticTypingAcquisition = true },
})
vim.lsp.enable('typescript')
local buildfix = require('buildfix')
buildfix.setup({ cmd = { vim.env.BUILDFIX, 'lsp' } })
local function open(name)
  vim.cmd('silent edit src/' .. name .. '.ts')
  vim.bo.filetype = 'typescript'
end
for _, name in ipairs({ 'orders', 'users', 'cart' }) do open(name) end
local function errors() return vim.tbl_filter(function(d) return tostring(d.code) == '2554' and d.source ~= 'buildfix' end, vim.diagnostic.get()) end
wait('the other server', function() return #errors() == 9 end)
wait('our server', function() local c = vim.lsp.get_clients({ name = 'buildfix' })[1]; return c and c.initialized end)
-- What it says is passed on a moment later.
vim.wait(3000, function() return false end)
for line, path in pairs({ [4] = 'items', [8] = 'total', [12] = 'discounts' }) do
  vim.api.nvim_win_set_cursor(0, { line, 0 })
  vim.cmd('normal! f)i, { retries: 3 }')
  if not vim.api.nvim_get_current_line():find("load('/cart/" .. path .. "', { retries: 3 });", 1, true) then fail(vim.api.nvim_get_current_line()) end
end
wait('they are gone', function() return #errors() == 6 end)

vim.api.nvim_win_set_cursor(0, { 16, 16 })
local rest
local function offered()
  local c = vim.lsp.get_clients({ name = 'buildfix' })[1]
  local params = vim.lsp.util.make_range_params(0, c.offset_encoding)
  params.context = { diagnostics = vim.tbl_map(function(d) return d.user_data.lsp end, vim.diagnostic.get(0, { lnum = 15 })) }
  local answer = c:request_sync('textDocument/codeAction', params, 10000, 0)
  rest = vim.tbl_filter(function(a) return a.title:find('like this', 1, true) end, answer and answer.result or {})[1]
  return rest ~= nil
end
wait('the rest is offered', offered)
out(rest.title)
if not rest.title:find('Fix the other 6 like this %(learned from 3 fixes of TS2554 in 1 file') then fail(rest.title) end
vim.lsp.commands['buildfix.fixAll'](rest.command)
wait('nothing is wrong any more', function() return #errors() == 0 end)
vim.cmd('BuildfixUndo')
wait('undo', function() return #errors() == 6 end)
out('OK')
vim.cmd('qall!')
