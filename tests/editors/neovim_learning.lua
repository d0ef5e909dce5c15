-- It learns in real Neovim: three uses of a changed function are repaired by hand, the real compiler runs again, the rest is offered with a reason and taken
-- with one command, the build passes, and one undo brings everything back.
-- usage: nvim --headless -u NONE -i NONE -n src/cart.ts -c 'luafile neovim_learning.lua'
-- environment: PLUGIN (editors/neovim), BUILDFIX (the program), BUILD (the command that builds)
local function out(...) io.stdout:write(table.concat({ ... }, ' ') .. '\n') end
local function fail(message) out('FAIL ' .. message); vim.cmd('cquit 1') end
local function wait(what, condition) if not vim.wait(30000, condition, 10) then fail('timeout: ' .. what .. '\n' .. vim.inspect(vim.diagnostic.get())) end end

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

local said
vim.notify = function(text) said = text end
local function build(expected)
  said = nil
  vim.cmd('silent wall')
  vim.cmd('BuildfixBuild ' .. vim.env.BUILD)
  wait('the build', function() return said ~= nil end)
  if said ~= ('buildfix: %d diagnostic(s)'):format(expected) then fail(('%d expected, but: %s'):format(expected, said)) end
  out(said)
end
local function open(name)
  vim.cmd('silent edit ' .. name)
  vim.bo.filetype = 'typescript'
  vim.api.nvim_exec_autocmds('FileType', { buffer = 0 })
end
local function actions(line, column)
  vim.api.nvim_win_set_cursor(0, { line, column })
  local params = vim.lsp.util.make_range_params(0, 'utf-16')
  params.context = { diagnostics = {} }
  local answer = vim.lsp.buf_request_sync(0, 'textDocument/codeAction', params, 10000)
  local found = {}
  for _, r in pairs(answer or {}) do vim.list_extend(found, r.result or {}) end
  return found
end
local function titles(list) return table.concat(vim.tbl_map(function(a) return a.title end, list), '\n') end
local function with(list, what) return vim.tbl_filter(function(a) return a.title:find(what, 1, true) end, list)[1] end
local function texts()
  local all = {}
  for _, name in ipairs({ 'cart', 'orders', 'users' }) do local f = assert(io.open('src/' .. name .. '.ts')); all[name] = f:read('*a'); f:close() end
  return all
end

build(9)
if with(actions(4, 16), 'like this') then fail('nothing was shown, and the rest is offered: ' .. titles(actions(4, 16))) end
-- What is best repaired first.
wait('the hint', function() return (vim.g.buildfix_status or {}).alike == 8 end)
said = nil
vim.cmd('BuildfixNext')
wait('the place', function() return said ~= nil end)
if said ~= 'buildfix: repair this one by hand and build: 8 others have its shape (TS2554)' then fail(said) end
open('src/cart.ts')
-- By hand, as a person types it.
for line, path in pairs({ [4] = 'items', [8] = 'total', [12] = 'discounts' }) do
  vim.api.nvim_win_set_cursor(0, { line, 0 })
  vim.cmd("normal! f)i, { retries: 3 }")
  if not vim.api.nvim_get_current_line():find("load('/cart/" .. path .. "', { retries: 3 });", 1, true) then fail(vim.api.nvim_get_current_line()) end
end
build(6)
local by_hand = texts()

-- At a place that is left, and at one that was just repaired.
local offered
wait('the rest is offered', function() offered = actions(16, 16); return with(offered, 'like this') ~= nil end)
out(titles(offered))
local rest = with(offered, 'like this')
if rest.title ~= 'Fix the other 6 like this (learned from 3 fixes of TS2554 in 1 file, last today)' then fail(rest.title) end
if not with(actions(8, 16), 'Fix the other 6 like this') then fail('not offered where it was repaired: ' .. titles(actions(8, 16))) end

-- Where it comes from.
local shown
vim.ui.select = function(items, options, choose) shown = { items, options.prompt, choose } end
vim.lsp.commands['buildfix.showPattern'](with(offered, 'examples').command)
wait('the examples', function() return shown ~= nil end)
out(shown[2], shown[1][1].text)
if #shown[1] ~= 5 or not shown[1][1].text:find('^src/cart.ts:%d+ .* → .*retries: 3') then fail(vim.inspect(shown)) end

-- All with one command.
said = nil
vim.lsp.commands['buildfix.fixAll'](rest.command)
wait('the answer', function() return said ~= nil end)
out(said)
build(0)
local fixed = texts()
for name, text in pairs(fixed) do if text:find("'%)") then fail(name .. ' was not repaired:\n' .. text) end end
if not fixed.users:find("client.load('/users/names', { retries: 3 });", 1, true) then fail(fixed.users) end

-- And back with one.
vim.cmd('BuildfixUndo')
wait('undo', function() return said and said:find('undid "Fix the others like this" in 3 file', 1, true) end)
vim.cmd('silent wall')
if not vim.deep_equal(texts(), by_hand) then fail('undo left ' .. vim.inspect(texts())) end
build(6)

-- What is not wanted twice in a file is not offered there again, and what is forgotten nowhere.
open('src/users.ts')
local pattern = with(actions(4, 16), 'examples').command.arguments[1]
for _ = 1, 2 do
  said = nil
  buildfix.show_pattern(pattern)
  shown = nil
  wait('the examples', function() return shown ~= nil end)
  shown[3](vim.tbl_filter(function(c) return c.what == 'reject' end, shown[1])[1])
  wait('rejected', function() return said ~= nil end)
end
wait('rejected here', function() return with(actions(4, 16), 'as in 3 earlier fixes') == nil end)
open('src/orders.ts')
if not with(actions(4, 16), 'examples') then fail('rejected elsewhere, too: ' .. titles(actions(4, 16))) end
shown, said = nil, nil
buildfix.show_pattern(pattern)
wait('the examples', function() return shown ~= nil end)
shown[3](vim.tbl_filter(function(c) return c.what == 'forget' end, shown[1])[1])
wait('forgotten', function() return said ~= nil end)
wait('nothing is offered', function() return with(actions(4, 16), 'examples') == nil end)
out('OK')
vim.cmd('qall!')
