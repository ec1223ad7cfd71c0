-- entry: what is decided about every request when its head has arrived, before its body is read.
--
-- Identity     REQUEST_ID, 16 characters of base64url, in the environment of the request: for the
--              programs and for the logs. It is ours; no client can choose it.
-- Maintenance  while the file VAR/run/maintenance exists, everything that needs the database gets
--              503. What is playing goes on.
-- Bodies       lighttpd reads a whole body before a program sees the request, into a file of
--              VAR/tmp/upload when it is longer than BODY_IN_MEMORY_BYTES. Before it may do that,
--              somebody has to answer for it:
--                401  more than ANONYMOUS_BODY_BYTES from somebody who never logged in
--                411  a body of unknown length
--                429  more bodies or bytes on their way from this address than one address may have
--                507  they would use space that is reserved (disk_reserve_bytes of base/conf.h)
--              A refused body is not read, and the connection is closed.
--
-- An error in this file is a 500.

local request, crypto = lighty.r, lighty.c

local MAINTENANCE_RETRY_S = 60
local BODY_IN_MEMORY_BYTES = 65536 -- a constant of lighttpd
local ANONYMOUS_BODY_BYTES = 1048576
local ADDRESS_BODIES_MAX = 16 -- longer than BODY_IN_MEMORY_BYTES, and not yet answered
local ADDRESS_BYTES_MAX = 2 * 1024 * tonumber(os.getenv("OVS_UPLOAD_KB")) -- of these bodies
local ADDRESS_RETRY_S = 10
local ROOM_AGE_S = 300 -- what was noted longer ago says nothing

if not _G.site then _G.site = dofile(os.getenv("OVS_ROOT") .. "/lighttpd/site.lua") end
local site = _G.site
local path = request.req_attr["uri.path"]

-- Whether the sender is a program: then a refusal is JSON in the form that programs here use.
local function wants_json()
    local accept = request.req_header["Accept"] or ""
    return path:find("^/api/") or path:find("^/upload/files") or
        accept:find("application/json", 1, true) and not accept:find("text/html", 1, true)
end

-- The status to return. The answer gets its page here, because lighttpd drops the headers of one
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

local function works_without_database()
    return path == "/api/beat" or path == "/health" or path == "/favicon.svg" or
        path:find("^/media/") or path:find("^/assets/") or path:find("^/avatar/") or
        path:find("^/%.well%-known/acme%-challenge/")
end

-- --- Who has logged in. Only signatures are checked here: whether the login still exists is the
-- program's question. A browser sends both cookies, and of these the refresh value outlives a long
-- upload.

local function token_hmac(text)
    if not _G.token_key then _G.token_key = assert(site.key("token"), "secrets/token cannot be read") end
    return crypto.hmac("sha256", _G.token_key, text)
end

local function is_access_token(text) -- lib/io/token.h
    local signed, payload, mac = text:match("^([%w_-]+%.([%w_-]+))%.([%w_-]+)$")
    if not signed or not crypto.secret_eq(crypto.b64urlenc(crypto.hexdec(token_hmac(signed))), mac) then
        return false
    end
    local expires_s = (crypto.b64urldec(payload) or ""):match('"exp":(%d+)')
    return expires_s ~= nil and tonumber(expires_s) > site.now_s()
end

local function is_refresh_value(text) -- lib/web/session.c
    local id, random, mac = text:match("^(%d+)%.([%w_-]+)%.(%x+)$")
    return id ~= nil and #mac == 64 and crypto.digest_eq(token_hmac("refresh " .. id .. " " .. random), mac)
end

local function has_logged_in()
    local bearer = (request.req_header["Authorization"] or ""):match("^[Bb]earer (.*)$")
    if bearer then return is_access_token(bearer) end
    local cookies = crypto.cookie_tokens(request.req_header["Cookie"])
    return is_refresh_value(cookies["__Host-rt"] or cookies["rt"] or "") or
        is_access_token(cookies["__Host-at"] or cookies["at"] or "")
end

-- --- What is on its way

-- The long bodies whose requests have not been answered, this one among them: how many and how
-- many bytes from the address of this one, and how many bytes have still to arrive from everybody.
local function bodies_under_way()
    local mine = site.network(request.req_attr["request.remote-addr"])
    local n, bytes, to_come = 0, 0, 0
    for other in lighty.server.irequests() do
        local length = other.req_body.len
        if length > BODY_IN_MEMORY_BYTES then
            to_come = to_come + length - other.req_body.bytes_in
            if site.network(other.req_attr["request.remote-addr"]) == mine then
                n, bytes = n + 1, bytes + length
            end
        end
    end
    return n, bytes, to_come
end

-- The free space that uploads may use (store_note_room of lib/io/store.h), if it is known.
local function room_bytes()
    local file = io.open(os.getenv("OVS_VAR") .. "/run/room")
    if not file then return math.huge end
    local bytes, noted_s = file:read("n", "n")
    file:close()
    if not noted_s or os.time() - noted_s > ROOM_AGE_S then return math.huge end
    return bytes
end

local function check_body(length)
    if length < 0 then
        return refuse(411, "invalid", "The request has to say how long its body is.")
    end
    if length <= BODY_IN_MEMORY_BYTES then return 0 end
    if length > ANONYMOUS_BODY_BYTES and not has_logged_in() then
        return refuse(401, "sign-in", "Please log in first.")
    end
    local n, bytes, to_come = bodies_under_way()
    if n > ADDRESS_BODIES_MAX or bytes > ADDRESS_BYTES_MAX then
        return refuse(429, "limited", "Too much is being sent from your address at once. " ..
            "Please wait until some of it has arrived.", ADDRESS_RETRY_S)
    end
    if to_come > room_bytes() then
        return refuse(507, "full", "The site's disk is full. Nothing was lost; please try again later.")
    end
    return 0
end

-- A request may come here again when a program has ended under it: it keeps its identity.
if not request.req_env["REQUEST_ID"] then
    request.req_env["REQUEST_ID"] =
        crypto.b64urlenc(string.pack("i4i4i4", crypto.rand(), crypto.rand(), crypto.rand()))
end
if site.exists(os.getenv("OVS_VAR") .. "/run/maintenance") and not works_without_database() then
    return refuse(503, "busy", "The site is being updated. Please try again in a minute.",
        MAINTENANCE_RETRY_S)
end
return check_body(request.req_body.len)
