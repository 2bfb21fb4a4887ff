// FIX framing: a stream gives the same messages in whatever pieces it comes, never waits for more
// than its limit, and says of each what the index in the same pass says.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "book/ensure.hpp"
#include "codecs/fix/message.hpp"

namespace tickweir::codecs::fix {
namespace {

using book::ensure;

constexpr FrameLimits limits{.message_bytes = 512};

/// The messages of `stream`, given in pieces of `length` bytes.
std::vector<std::string> messages_of(std::string_view stream, std::size_t length) {
    std::vector<std::string> messages;
    std::string buffer;
    while (!stream.empty()) {
        const std::string_view piece = stream.substr(0, length);
        buffer += piece;
        stream.remove_prefix(piece.size());
        for (;;) {
            // A copy of just the bytes, so that a sanitizer sees a read beyond them.
            const std::vector<char> exact(buffer.begin(), buffer.end());
            const Frame frame = find_frame({exact.data(), exact.size()}, limits);
            if (frame.status == FrameStatus::partial) break;
            ensure(frame.bytes != 0 && frame.bytes <= buffer.size());
            ensure(frame.fault_at <= buffer.size());
            if (frame.status == FrameStatus::whole)
                messages.push_back(buffer.substr(0, frame.bytes));
            buffer.erase(0, frame.bytes);
        }
        ensure(buffer.size() < limits.message_bytes);
    }
    return messages;
}

void check_index(std::string_view stream) {
    static Message message;
    static Message plain;
    const std::vector<char> exact(stream.begin(), stream.end());
    const std::string_view input{exact.data(), exact.size()};
    const Frame frame = find_frame(input, limits);
    ensure(message.read(input, limits) == frame);
    ensure(plain.read_plainly(input, limits) == frame);
    ensure(std::ranges::equal(message.fields(), plain.fields()));
    ensure(message.fault() == plain.fault() && message.fault_offset() == plain.fault_offset());
}

}  // namespace
}  // namespace tickweir::codecs::fix

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t length) {
    using namespace tickweir::codecs::fix;
    if (length == 0) return 0;
    const std::string_view stream{reinterpret_cast<const char*>(data) + 1, length - 1};
    const auto whole = messages_of(stream, stream.size() + 1);
    tickweir::book::ensure(messages_of(stream, 1) == whole);
    tickweir::book::ensure(messages_of(stream, 1 + data[0] % 64) == whole);
    check_index(stream);
    return 0;
}
