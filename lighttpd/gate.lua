-- gate: lets lighttpd send a media file to a client that has an unexpired signed path, and to no
-- other, without asking a program. The form of a path and its signature: lib/io/secret.h, whose
-- media_path_ok() makes the same check. tests/media_path.tsv tests both.
--
-- 410 after the path has expired or was revoked, 403 for a path that we did not sign, 405 for methods
-- other than GET and HEAD; 200, 206, 304 and 404 are lighttpd's. An error in this file is a 500: the
-- gate stays shut.
--
-- Revoking     the file VAR/revoked (lib/app/publish/revoke.h) is looked at once a second.
-- Counting     a path that is passed around looks like a film that many watch at once. For the paths
--              that are fetched most it is counted roughly from how many networks they are fetched;
--              `admin media top` shows it.

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

-- --- Revoking

-- Each second the file's first line tells whether it has changed. A file that cannot be read changes
-- nothing.
local function read_revoked()
    local file = io.open(os.getenv("OVS_VAR") .. "/revoked")
    if not file then return end
    local generation = file:read("*l")
    if generation ~= _G.revoked_generation then
        local list = {}
        for line in file:lines() do
            local what, until_s, pictures_s = line:match("^([%w_*@-]+) (%d+) (%d+)")
            if what then list[what] = { tonumber(until_s), tonumber(pictures_s) } end
        end
        _G.revoked, _G.revoked_generation = list, generation
    end
    file:close()
end

-- Do paths of a video that expire at that time no longer count? kind: 1, or 2 for pictures.
local function is_void(video, holder, kind, expiry_s)
    local now_s = os.time()
    if _G.revoked_read_s ~= now_s then
        _G.revoked_read_s = now_s
        read_revoked()
    end
    local list = _G.revoked
    if not list then return false end
    local of_video, of_all = list[video], list["*"]
    local of_holder = holder ~= "" and list["@" .. holder:sub(2)]
    return of_video and expiry_s <= of_video[kind] or of_all and expiry_s <= of_all[kind]
        or of_holder and expiry_s <= of_holder[1]
end

-- --- Counting

local TOP_SECONDS = 600 -- of one count
local TOP_PATHS = 64    -- that are counted; a new one takes the place of the smallest
local TOP_BUCKETS = 4096 -- networks fall into these by a hash; as many as are hit have been seen
local TOP_LINES = 20
local TOP_NOTE_SECONDS = 2

local function note_top(top)
    local list = {}
    for what, seen in pairs(top.paths) do list[#list + 1] = { what = what, seen = seen } end
    table.sort(list, function(a, b) return a.seen.n > b.seen.n end)
    local name = os.getenv("OVS_VAR") .. "/run/media.top"
    local file = io.open(name .. ".new", "w")
    if not file then return end
    for i = 1, math.min(#list, TOP_LINES) do
        local expiry, holder, video, scope = list[i].what:match("^(%d+)%.?(%d*)/([^/]+)/(%a+)$")
        file:write(string.format("%d networks, %d requests: %s %s%s until %s\n", list[i].seen.n,
            list[i].seen.requests, video, scope, holder ~= "" and " login " .. holder or "",
            os.date("!%Y-%m-%d %H:%M UTC", tonumber(expiry))))
    end
    file:close()
    os.rename(name .. ".new", name)
end

local function place(top, what)
    if top.paths[what] then return top.paths[what] end
    local smallest
    if top.n == TOP_PATHS then
        for other, seen in pairs(top.paths) do
            if not smallest or seen.n < top.paths[smallest].n then smallest = other end
        end
        top.paths[smallest] = nil
        top.n = top.n - 1
    end
    top.paths[what] = { n = 0, requests = 0, buckets = {} }
    top.n = top.n + 1
    return top.paths[what]
end

local function count(what)
    local now_s = os.time()
    if not _G.top or now_s - _G.top.began_s >= TOP_SECONDS then
        _G.top = { began_s = now_s, noted_s = 0, n = 0, paths = {} }
    end
    local seen = place(_G.top, what)
    local hash = crypto.md("md5", _G.site.network(request.req_attr["request.remote-addr"]))
    local bucket = tonumber(hash:sub(1, 8), 16) % TOP_BUCKETS
    seen.requests = seen.requests + 1
    if not seen.buckets[bucket] then seen.buckets[bucket], seen.n = true, seen.n + 1 end
    if now_s - _G.top.noted_s >= TOP_NOTE_SECONDS then
        _G.top.noted_s = now_s
        note_top(_G.top)
    end
end

local method = request.req_attr["request.method"]
if method ~= "GET" and method ~= "HEAD" then return 405 end

-- The path as it was sent: nothing that we sign needs a percent sign, and the names that make up
-- the file's path hold no slash and no dot except the one before the extension. A query is not
-- signed and changes nothing: it only gives a new picture another address
-- (lib/app/publish/stream.h).
local path = request.req_attr["request.orig-uri"]:match("^[^?]*")
local mac, expiry, holder, video, scope, file = path:match(
    "^/media/([0-9a-f]+)/([0-9]+)(%.?[0-9]*)/([A-Za-z0-9_-]+)/([a-z]+)/([A-Za-z0-9_-]+%.[a-z0-9]+)$")
local scopes = { full = true, preview = true, poster = true }
if not mac or #mac ~= 64 or #expiry ~= 10 or #video ~= 11 or not scopes[scope] or holder == "."
    or #holder > 19 then return 403 end

local left_s = tonumber(expiry) - _G.site.now_s()
if left_s < 0 then return 410 end
local what = expiry .. holder .. "/" .. video .. "/" .. scope
if not is_signed(what, mac) then return 403 end
if is_void(video, holder, scope == "poster" and 2 or 1, tonumber(expiry)) then return 410 end
if scope ~= "poster" then count(what) end

request.resp_header["Cache-Control"] = "private, max-age=" .. (scope == "poster" and left_s or 60)
request.req_attr["physical.path"] =
    os.getenv("OVS_MEDIA") .. "/videos/" .. video .. "/" .. scope .. "/" .. file
return 0
