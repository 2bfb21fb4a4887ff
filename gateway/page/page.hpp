// What a browser gets: the page at `/`, embedded at build time from the sources beside this file.
// Bytes only; who answers requests, and with which further headers, is the server's business.
#pragma once

#include <span>
#include <string_view>

namespace tickweir::gateway {

/// One file of the page as it is served. Everything lives as long as the program.
struct Resource {
    std::string_view path;                     // the request target, query cut off
    std::string_view content_type;             // value of Content-Type
    std::string_view content_security_policy;  // value of Content-Security-Policy
    std::string_view body;
};

/// Everything there is to serve: one document that holds its style, script and icon and loads
/// nothing else. Its policy lets exactly these run, named by their SHA-256.
std::span<const Resource> page_resources();

}  // namespace tickweir::gateway
