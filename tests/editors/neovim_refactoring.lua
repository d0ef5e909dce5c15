-- A half-done refactoring in real Neovim: a method is renamed and saved, a build reports its uses, one action updates them all, one undo takes
-- it back.
-- usage: nvim --headless -u NONE -i NONE -n src/order.ts -c 'luafile neovim_refactoring.lua'
-- environment: PLUGIN (editors/neovim), BUILDFIX (the program), LOG (what the build prints after the rename), USES (how many it reports)
local function out(...) io.stdout:write(table.concat({ ... }, ' ') .. '\n') end
local function fail(message) out('FAIL ' .. message); vim.cmd('cquit 1') end
local function wait(what, condition) if not vim.wait(20000, condition, 10) then fail('timeout: ' .. what .. '\n' .. vim.inspect(vim.diagnostic.get())) end end

vim.opt.runtimepath:prepend(vim.env.PLUGIN)
vim.cmd('runtime plugin/buildfix.lua')
vim.filetype.add({ extension = { ts = 'typescript' } })
vim.cmd('filetype on')
local buildfix = require('buildfix')
vim.bo.filetype = 'typescript'
buildfix.setup({ cmd = { vim.env.BUILDFIX, 'lsp' } })
vim.api.nvim_exec_autocmds('FileType', { buffer = 0 })
local get = vim.lsp.get_clients
wait('the server', function() return #get({ name = 'buildfix' }) == 1 and get({ name = 'buildfix' })[1].initialized end)

-- The author renames the method, in its file only.
vim.cmd('silent %s/submit/place/')
vim.cmd('silent write')
vim.cmd('silent edit src/use1.ts')
vim.bo.filetype = 'typescript'
vim.api.nvim_exec_autocmds('FileType', { buffer = 0 })
vim.cmd('BuildfixLoadLog ' .. vim.env.LOG)
wait('diagnostics', function() return #vim.diagnostic.get(0) > 0 end)

local first = vim.diagnostic.get(0)[1]
vim.api.nvim_win_set_cursor(0, { first.lnum + 1, first.col })
local title
vim.lsp.buf.code_action({ apply = true, filter = function(a)
  if a.title:find('^Update ' .. vim.env.USES .. ' uses') then title = a.title; return true end
  return false
end })
local function text() return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n') end
wait('all uses', function() return text():find('submit', 1, true) == nil end)
out(title)
vim.cmd('silent wall')
local function read(name) local f = assert(io.open('src/' .. name)); local s = f:read('*a'); f:close(); return s end
for i = 1, 3 do if read('use' .. i .. '.ts'):find('submit', 1, true) then fail('use' .. i .. ' still has the old name') end end
wait('nothing is left', function() return #vim.diagnostic.get() == 0 end)
vim.cmd('BuildfixUndo')
wait('undo', function() return text():find('submit', 1, true) ~= nil end)
vim.cmd('silent wall')
for i = 1, 3 do if read('use' .. i .. '.ts'):find('place', 1, true) then fail('use' .. i .. ' was not restored') end end
out('OK')
vim.cmd('qall!')
