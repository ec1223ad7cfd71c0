-- answer: headers that every answer has, whoever made it: a program, lighttpd from a file, or lighttpd
-- refusing what it could not even read. What a program has set stays.

local request = lighty.r
local header = request.resp_header

-- Plain HTTP must not promise HTTPS (RFC 6797, 7.2), except behind a proxy that makes HTTPS of it. A
-- request that could not be read has no scheme, and is answered as if it had come by HTTPS.
local promise = os.getenv("OVS_HSTS")
if promise == "always" or promise == "https" and request.req_attr["uri.scheme"] ~= "http" then
    header["Strict-Transport-Security"] = "max-age=31536000"
end
if not header["X-Content-Type-Options"] then header["X-Content-Type-Options"] = "nosniff" end
if request.req_item.http_status >= 400 then
    if not header["Cache-Control"] then header["Cache-Control"] = "no-store" end
    if not header["Content-Security-Policy"] then
        header["Content-Security-Policy"] =
            "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; " ..
            "frame-ancestors 'none'"
    end
end
return 0
