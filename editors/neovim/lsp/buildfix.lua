-- Configuration for Neovim 0.11+: vim.lsp.enable('buildfix')
return require('buildfix').config()
