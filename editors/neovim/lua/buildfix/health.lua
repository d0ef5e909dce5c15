local M = {}
local health = { start = vim.health.start or vim.health.report_start, ok = vim.health.ok or vim.health.report_ok, warn = vim.health.warn or vim.health.report_warn, error = vim.health.error or vim.health.report_error }

function M.check()
  local buildfix = require('buildfix')
  health.start('buildfix')
  if vim.fn.has('nvim-0.8') == 0 then return health.error('Neovim 0.8 or newer is needed') end
  health.ok(vim.lsp.enable and 'Neovim has vim.lsp.enable' or 'Neovim is older than 0.11: the server is started by an autocommand')
  local program = buildfix.options.cmd[1]
  if vim.fn.executable(program) == 0 then
    return health.error(('"%s" is not on PATH'):format(program), { 'cargo install --path server/cli', 'or require("buildfix").setup { cmd = { "/path/to/buildfix", "lsp" } }' })
  end
  local version = vim.trim(vim.fn.system({ program, '--version' }))
  if vim.v.shell_error ~= 0 then return health.error(('"%s --version" failed: %s'):format(program, version)) end
  health.ok(version)
  local get = vim.lsp.get_clients or vim.lsp.get_active_clients
  local clients = get({ name = 'buildfix' })
  if #clients == 0 then health.warn('no server is running: open a C# or TypeScript file') else health.ok(('%d server(s) running'):format(#clients)) end
  if buildfix.options.trusted then health.warn('trusted = true: builds of any folder are run without asking') end
end

return M
