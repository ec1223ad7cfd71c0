-- gate: lets lighttpd send a media file to a client that has an unexpired signed path, and to no
-- other, without asking a program. The form of a path and its signature: lib/io/secret.h, whose
-- media_path_ok() makes the same check. tests/media_path.tsv tests both.
--
-- 410 after the path has expired, 403 for a path that we did not sign, 405 for methods other than
-- GET and HEAD; 200, 206, 304 and 404 are lighttpd's. An error in this file is a 500: the gate
-- stays shut.

local request, crypto = lighty.r, lighty.c

if not _G.site then _G.site = dofile(os.getenv("OVS_ROOT") .. "/lighttpd/site.lua") end

-- The keys are read once per server. media.old, where it exists, is the key before the last
-- change: paths signed with it stay valid until they expire.
if not _G.media_keys then
    local key = assert(_G.site.key("media"), "secrets/media cannot be read")
    _G.media_keys = { key, _G.site.key("media.old") }
end

local function is_signed(text, mac)
    for _, key in ipairs(_G.media_keys) do
        if crypto.digest_eq(crypto.hmac("sha256", key, text), mac) then return true end
    end
    return false
end

local method = request.req_attr["request.method"]
if method ~= "GET" and method ~= "HEAD" then return 405 end

-- The path as it was sent: nothing that we sign needs a percent sign, and the names that make up
-- the file's path hold no slash and no dot except the one before the extension. A query is not
-- signed and changes nothing: it only gives a new picture another address
-- (lib/app/publish/stream.h).
local path = request.req_attr["request.orig-uri"]:match("^[^?]*")
local mac, expiry, video, scope, file = path:match(
    "^/media/([0-9a-f]+)/([0-9]+)/([A-Za-z0-9_-]+)/([a-z]+)/([A-Za-z0-9_-]+%.[a-z0-9]+)$")
local scopes = { full = true, preview = true, poster = true }
if not mac or #mac ~= 64 or #expiry ~= 10 or #video ~= 11 or not scopes[scope] then return 403 end

local left_s = tonumber(expiry) - _G.site.now_s()
if left_s < 0 then return 410 end
if not is_signed(expiry .. "/" .. video .. "/" .. scope, mac) then return 403 end

request.resp_header["Cache-Control"] = "private, max-age=" .. (scope == "poster" and left_s or 60)
request.req_attr["physical.path"] =
    os.getenv("OVS_MEDIA") .. "/videos/" .. video .. "/" .. scope .. "/" .. file
return 0
