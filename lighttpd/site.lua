-- site: what gate.lua, entry.lua and log.lua have in common. Each of them loads it once, when it first runs.
local site = {}

function site.exists(path)
    local file = io.open(path)
    return file ~= nil and file:close()
end

-- A key of secrets_dir (lib/io/secret.h), as bytes; nil when there is no such file.
function site.key(name)
    local file = io.open(os.getenv("OVS_SECRETS") .. "/" .. name)
    if not file then return nil end
    local hex = file:read("l")
    file:close()
    assert(hex and #hex == 64 and not hex:find("[^0-9a-f]"), name .. ": not 64 hex digits")
    return (hex:gsub("..", function(pair) return string.char(tonumber(pair, 16)) end))
end

-- In a test, a file of milliseconds moves the clock of the whole site (base/clock.h).
function site.now_s()
    local path = os.getenv("OVS_CLOCK_FILE")
    local file = path and io.open(path)
    if not file then return os.time() end
    local offset_ms = file:read("n") or 0
    file:close()
    return os.time() + offset_ms // 1000
end

-- Whose limit an address counts for: itself or, for IPv6, where everybody has a whole network of
-- addresses, its first 64 bits.
function site.network(address)
    address = address:match("^::[fF][fF][fF][fF]:([%d.]+)$") or address -- IPv4, written as IPv6
    local head, tail = address:match("^(.-)::(.*)$")
    local groups = {}
    if not address:find(":", 1, true) then return address end
    local function add(group) groups[#groups + 1] = group:lower():gsub("^0+(%x)", "%1") end
    for group in (head or address):gmatch("[^:]+") do add(group) end
    if head then
        local after = select(2, tail:gsub("[^:]+", ""))
        for i = #groups + 1, 8 - after do groups[i] = "0" end
        for group in tail:gmatch("[^:]+") do add(group) end
    end
    return table.concat(groups, ":", 1, 4)
end

return site
