-- Drives a headless Neovim through what a person would do, and writes down what they would see.
-- Loaded behind the snippets of docs/editors.md; waits for states, never for time alone.
local seen = {}

local function wait_for(what, found)
  local value
  local came = vim.wait(30000, function()
    value = found()
    return value ~= nil and value ~= false
  end, 20)
  if not came then
    error("there was no " .. what)
  end
  return value
end

local function ask(method, params)
  local answers = vim.lsp.buf_request_sync(0, method, params, 20000) or {}
  for _, answer in pairs(answers) do
    if answer.result then
      return answer.result
    end
  end
end

--- Asks again until there is an answer: a request within `vim.wait` would never come back in older versions.
local function ask_for(what, question)
  local deadline = vim.loop.now() + 30000
  while vim.loop.now() < deadline do
    local answer = question()
    if answer then
      return answer
    end
    vim.wait(50, function() end)
  end
  error("there was no " .. what)
end

local function findings()
  local found = {}
  for _, finding in ipairs(vim.diagnostic.get(0)) do
    table.insert(found, { line = finding.lnum, code = finding.code, source = finding.source, message = finding.message })
  end
  return #found > 0 and found or nil
end

local function client()
  for _, one in ipairs((vim.lsp.get_clients or vim.lsp.get_active_clients)()) do
    if one.name == "promscope" then
      return one
    end
  end
end

local function position_of(text)
  for number, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
    local from, to = line:find(text, 1, true)
    if from then
      return { line = number - 1, character = to }
    end
  end
  error("the buffer has no " .. text)
end

local function whole_buffer()
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\n") .. "\n"
end

local function drive()
  vim.cmd("edit rules/priority-2/latency.yaml")
  seen.rules = wait_for("finding in the rules", findings)
  seen.encoding = client().offset_encoding

  vim.cmd("edit monitors/service-x.yaml")
  local broken = wait_for("finding in the monitor", findings)
  seen.monitor = broken
  local function preferred_fix()
    local actions = ask("textDocument/codeAction", {
      textDocument = vim.lsp.util.make_text_document_params(),
      range = { start = { line = 0, character = 0 }, ["end"] = { line = vim.fn.line("$"), character = 0 } },
      context = { diagnostics = {}, only = { "quickfix" } },
    })
    for _, action in ipairs(actions or {}) do
      if action.isPreferred then
        return action
      end
    end
  end
  local fix = preferred_fix()
  while fix do
    vim.lsp.util.apply_workspace_edit(fix.edit, client().offset_encoding)
    fix = preferred_fix()
  end
  seen.mended = whole_buffer()
  wait_for("monitor without errors", function()
    for _, finding in ipairs(vim.diagnostic.get(0)) do
      if finding.severity == vim.diagnostic.severity.ERROR then
        return false
      end
    end
    return true
  end)
  vim.cmd("write")

  vim.cmd("edit rules/new.yaml")
  vim.api.nvim_buf_set_lines(0, 0, -1, false, {
    "groups:",
    "- name: web",
    "  rules:",
    "  - alert: Busy",
    "    expr: http_requests_total > 0",
    "  - alert: Full",
    "    expr: queue_d",
  })
  local at = { textDocument = vim.lsp.util.make_text_document_params(), position = position_of("queue_d") }
  seen.completion = ask_for("completion of a metric", function()
    local list = ask("textDocument/completion", at)
    for _, item in ipairs(list and list.items or {}) do
      if item.label == "queue_depth" then
        return item
      end
    end
  end)
  at.position = position_of("http_req")
  seen.hover = ask_for("hover of a metric", function()
    local hover = ask("textDocument/hover", at)
    return hover and hover.contents.value:find("counter", 1, true) and hover.contents or nil
  end)

  local function result()
    local text = vim.bo.buftype == "nofile" and whole_buffer() or ""
    return text:find("series from", 1, true) and text or nil
  end
  local origin = vim.api.nvim_get_current_win()
  vim.cmd("PromscopeQuery sum(up)")
  seen.query = wait_for("answer of the query", result)
  vim.cmd("close")
  vim.api.nvim_set_current_win(origin)

  vim.lsp.codelens.refresh()
  wait_for("lens above the rule", function()
    local lenses = vim.lsp.codelens.get(0)
    return #lenses > 0 and lenses[1].command
  end)
  vim.api.nvim_win_set_cursor(0, { 4, 0 })
  vim.lsp.codelens.run()
  seen.lens = wait_for("answer of the lens", result)
  seen.status = vim.g.promscope_status
end

local fine, problem = pcall(drive)
if not fine then
  seen.problem = tostring(problem)
end
local out = assert(io.open(vim.env.PROMSCOPE_SEEN, "w"))
out:write(vim.fn.json_encode(seen))
out:close()
vim.cmd("qall!")
