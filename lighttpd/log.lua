-- log: what the access log says of a request that has been answered: where it came from and what it
-- asked for, in a form that gives nobody access. Runs for every answer, also for those to requests
-- that lighttpd refused before it knew their address.
--
--   LOG_ADDRESS  the address or, as the setting log_addresses says, its network: a.b.c.0/24, the first
--                64 bits of IPv6. req_network() of lib/web/req.h says the same.
--   LOG_PATH     the path without its query, which may hold a token, and without long words: what
--                is signed or secret is one (lib/base/log.h has the same rule)
--
-- An error in this file is a 500.

local request = lighty.r

local WORD_MAX_BYTES = 40 -- LOG_WORD_MAX_BYTES of lib/base/log.h

-- The first 64 bits of an IPv6 address, written as lighttpd does: groups without leading zeros.
local function network_of_six(address)
    local head, tail = address:match("^(.-)::(.*)$")
    local groups, after = {}, {}
    for group in (head or address):gmatch("%x+") do groups[#groups + 1] = group end
    for group in (tail or ""):gmatch("%x+") do after[#after + 1] = group end
    while head and #groups + #after < 8 do groups[#groups + 1] = "0" end
    for _, group in ipairs(after) do groups[#groups + 1] = group end
    while #groups > 4 or groups[#groups] == "0" do table.remove(groups) end
    return table.concat(groups, ":") .. "::/64"
end

local function network_of(address)
    local three = address:match("^(%d+%.%d+%.%d+%.)%d+$")
    if three then return three .. "0/24" end
    return address:find(":", 1, true) and network_of_six(address) or address
end

local function without_long_words(text)
    return (text:gsub("[%w%%+._~-]+", function(word)
        return #word > WORD_MAX_BYTES and "..." or word
    end))
end

local address = request.req_attr["request.remote-addr"] or ""
request.req_env["LOG_ADDRESS"] = os.getenv("OVS_LOG_ADDRESSES") == "full" and address or network_of(address)
request.req_env["LOG_PATH"] = without_long_words((request.req_attr["request.orig-uri"] or ""):match("^[^?]*"))
return 0
