-- entry: what happens to every request when its head has arrived, and before its body is read.
--
-- Identity     REQUEST_ID, 16 characters of base64url, in the environment of the request: for the
--              programs and for the logs. It is ours; no client can choose it.
-- Maintenance  while the file VAR/run/maintenance exists, everything that needs the database gets 503:
--              an update takes it away for a moment. What is playing goes on.
--
-- An error in this file is a 500.

local request, crypto = lighty.r, lighty.c

local MAINTENANCE_RETRY_S = 60

local path = request.req_attr["uri.path"]

-- Whether the sender is a program: then a refusal is JSON in the form that programs here use.
local function wants_json()
    local accept = request.req_header["Accept"] or ""
    return path:find("^/api/") or path:find("^/upload/files") or
        accept:find("application/json", 1, true) and not accept:find("text/html", 1, true)
end

-- The status to return. The answer has a body of its own, because lighttpd drops the headers of one
-- that is left to its error pages.
local function refuse(status, code, message, retry_s)
    if retry_s then request.resp_header["Retry-After"] = tostring(retry_s) end
    request.resp_header["Cache-Control"] = "no-store"
    if wants_json() then
        request.resp_header["Content-Type"] = "application/json"
        request.resp_body.set('{"error":{"code":"' .. code .. '","message":"' .. message .. '","field":""}}')
    else
        request.resp_header["Content-Type"] = "text/html; charset=utf-8"
        request.resp_body.set({ { filename =
            os.getenv("OVS_ROOT") .. "/htdocs/assets/errors/" .. status .. ".html" } })
    end
    return status
end

-- A request may come here again when a program has ended under it: it keeps its identity.
if not request.req_env["REQUEST_ID"] then
    request.req_env["REQUEST_ID"] =
        crypto.b64urlenc(string.pack("i4i4i4", crypto.rand(), crypto.rand(), crypto.rand()))
end

local function works_without_database()
    return path == "/api/beat" or path == "/health" or path == "/favicon.svg" or
        path:find("^/media/") or path:find("^/assets/") or path:find("^/avatar/")
end

local function exists(name)
    local file = io.open(name)
    return file and file:close()
end

if exists(os.getenv("OVS_VAR") .. "/run/maintenance") and not works_without_database() then
    return refuse(503, "busy", "The site is being updated. Please try again in a minute.",
        MAINTENANCE_RETRY_S)
end
return 0
