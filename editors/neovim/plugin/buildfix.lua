if vim.g.loaded_buildfix then return end
vim.g.loaded_buildfix = true
local command = vim.api.nvim_create_user_command
command('BuildfixFixAll', function(o) require('buildfix').fix_all({ safety = o.bang and 'unsafe' or 'safe', codes = #o.fargs > 0 and o.fargs or nil }) end,
  { bang = true, nargs = '*', desc = 'Fix all diagnostics of the last build; with codes: only these; with !: also unsafe fixes' })
command('BuildfixFixFile', function(o) require('buildfix').fix_all({ scope = 'file', uri = vim.uri_from_bufnr(0), safety = o.bang and 'unsafe' or 'safe' }) end,
  { bang = true, desc = 'Fix all diagnostics of this file' })
command('BuildfixUndo', function() require('buildfix').undo() end, { desc = 'Undo the last fix-all' })
command('BuildfixNext', function() require('buildfix').next() end, { desc = 'Go to the diagnostic that is best repaired by hand: many others have its shape' })
command('BuildfixBuild', function(o) require('buildfix').build(o.args) end, { nargs = '*', desc = 'Run the build, or the command given, and read what it prints' })
command('BuildfixLoadLog', function(o) require('buildfix').load_log(o.args) end, { nargs = 1, complete = 'file', desc = 'Read a build log' })
