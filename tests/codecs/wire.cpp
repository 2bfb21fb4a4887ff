#include "tests/codecs/wire.hpp"

#include <algorithm>
#include <span>

namespace tickweir::tests {

Buffer untouched(std::size_t length) {
    return Buffer(length, std::byte{0xEE});
}

Buffer copy_of(codecs::Bytes bytes) {
    return {bytes.begin(), bytes.end()};
}

Buffer text_bytes(std::string_view text) {
    return copy_of(std::as_bytes(std::span{text}));
}

Buffer hex_bytes(std::string_view hex) {
    Buffer bytes;
    bool half = false;
    for (const char c : hex) {
        if (c == ' ') continue;
        const auto digit = static_cast<unsigned char>(c <= '9' ? c - '0' : c - 'a' + 10);
        if (half) {
            bytes.back() |= std::byte{digit};
        } else {
            bytes.push_back(static_cast<std::byte>(digit << 4));
        }
        half = !half;
    }
    return bytes;
}

void append(Buffer& to, codecs::Bytes bytes) {
    to.insert(to.end(), bytes.begin(), bytes.end());
}

Buffer framed(codecs::Bytes message) {
    Buffer frame(2 + message.size());
    frame[0] = static_cast<std::byte>(message.size() >> 8);
    frame[1] = static_cast<std::byte>(message.size());
    std::ranges::copy(message, frame.begin() + 2);
    return frame;
}

std::size_t below(Random& random, std::size_t bound) {
    return static_cast<std::size_t>(random() % bound);
}

Buffer random_bytes(Random& random, std::size_t length) {
    Buffer bytes(length);
    for (std::byte& byte : bytes) {
        byte = static_cast<std::byte>(random());
    }
    return bytes;
}

}  // namespace tickweir::tests
