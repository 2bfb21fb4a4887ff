// Bytes from anywhere as a client's message: they are understood or refused with a reason, twice
// the same way, and what is understood is within its limits.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "book/ensure.hpp"
#include "codecs/json/stream_request.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t length) {
    using namespace tickweir::codecs::json;
    using tickweir::book::ensure;
    constexpr StreamRequestLimits limits{.bytes = 4'096, .symbols = 8};
    static StreamRequestParser parser{limits};
    // A copy of just the bytes, so that a sanitizer sees a read beyond them.
    const std::string text{reinterpret_cast<const char*>(data), length};
    const StreamRequest* request = parser.parse(text);
    if (request == nullptr) {
        const std::string reason{parser.error().reason};
        const unsigned code = parser.error().code;
        ensure(code == 400 || code == 413);
        ensure(!reason.empty() && reason.size() < 200);
        for (const char c : reason)
            ensure(c >= ' ' && c <= '~');
        ensure(parser.parse(text) == nullptr && parser.error().reason == reason);
        return 0;
    }
    ensure(length <= limits.bytes && request->symbols.size() <= limits.symbols);
    for (const std::string_view symbol : request->symbols)
        ensure(!symbol.empty() && symbol.size() <= limits.symbol_bytes);
    ensure(!request->depth || (*request->depth >= 1 && *request->depth <= limits.depth));
    ensure(request->conflate_ms <= limits.conflate_ms);
    return 0;
}
