// One frame of a WebSocket client as a typed value: `{"op": "subscribe", "id": 7, ...}`. Judges
// shape and ranges only; which channels and symbols exist is for whoever serves them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace tickweir::codecs::json {

enum class StreamOp : std::uint8_t { subscribe, unsubscribe, list, snapshot, ping };
std::string_view to_string(StreamOp op);

/// A well-formed request. Views live until the parser's next call.
struct StreamRequest {
    StreamOp op = StreamOp::ping;
    std::optional<std::int64_t> id;  ///< to be echoed
    std::optional<std::string_view> channel;
    std::span<const std::string_view> symbols;  ///< unescaped; empty where not given
    std::optional<unsigned> depth;              ///< 1 to StreamRequestLimits::depth
    std::uint32_t conflate_ms = 0;              ///< 0: every update
    std::optional<std::string_view> interval;
};

/// What is accepted.
struct StreamRequestLimits {
    std::size_t bytes = std::size_t{64} << 10;  ///< of a frame
    std::size_t symbols = 10'000;
    std::size_t symbol_bytes = 129;  ///< venue, colon, symbol
    unsigned depth = 1000;
    std::uint32_t conflate_ms = 60'000;
    unsigned nesting = 8;  ///< of values under keys that mean nothing to us
};

/// Why a frame was refused.
struct StreamRequestError {
    unsigned code = 400;      ///< INTERFACES §4: 400 malformed, 413 too large
    std::string_view reason;  ///< names the key and the value seen; UTF-8, until the next call
    std::optional<std::int64_t> id;  ///< if it could be read, wherever it stands
};

/// Parses one frame at a time; one owner thread. Keys come in any order and unknown ones are passed
/// over; duplicates of known keys, wrong types, what follows the object, bytes that are no UTF-8
/// and deep nesting are refused. Its buffers are taken once and bounded by the limits.
class StreamRequestParser {
public:
    /// Throws std::bad_alloc when there is no memory for the buffers.
    explicit StreamRequestParser(const StreamRequestLimits& limits = {});
    StreamRequestParser(const StreamRequestParser&) = delete;
    StreamRequestParser& operator=(const StreamRequestParser&) = delete;
    ~StreamRequestParser();

    /// The request, or nullptr: then error() tells why. Linear in the text; allocates nothing after
    /// the first frames of a size.
    const StreamRequest* parse(std::string_view text);
    const StreamRequestError& error() const;

    /// Name of the instruction set that the parser was compiled for.
    static std::string_view kernel();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace tickweir::codecs::json
