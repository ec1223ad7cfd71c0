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

if not _G.site then _G.site = dofile(os.getenv("OVS_ROOT") .. "/lighttpd/site.lua") end

local function network_of(address)
    local network = _G.site.network(address)
    if not network:find(":", 1, true) then return (network:gsub("%d+$", "0/24")) end
    while network:find("^0$") or network:find(":0$") do network = network:gsub(":?0$", "") end
    return network .. "::/64"
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
