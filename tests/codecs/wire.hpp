// What the codec tests share: bytes from text and hex, random messages, and how gtest prints one.
// Buffers are made out of sight, in wire.cpp: where GCC 12 sees how long one is, it warns of
// accesses on paths that its length excludes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "codecs/bytes.hpp"
#include "codecs/itch/messages.hpp"
#include "codecs/itch/names.hpp"

namespace tickweir::codecs::itch {

template <Message M>
void PrintTo(const M& message, std::ostream* out) {
    std::string text;
    describe(as_bytes(message), text);
    *out << text;
}

}  // namespace tickweir::codecs::itch

namespace tickweir::tests {

/// Bytes of their own, exactly as long as they are, so that a sanitizer sees an over-read.
using Buffer = std::vector<std::byte>;

/// `length` times a byte that no test expects.
Buffer untouched(std::size_t length);

Buffer copy_of(codecs::Bytes bytes);
Buffer text_bytes(std::string_view text);

/// Bytes out of lower-case hex digits; blanks between them are skipped.
Buffer hex_bytes(std::string_view hex);

void append(Buffer& to, codecs::Bytes bytes);

/// A frame around the bytes: their length, then they.
Buffer framed(codecs::Bytes message);

using Random = std::mt19937_64;

/// A number in [0, bound).
std::size_t below(Random& random, std::size_t bound);

Buffer random_bytes(Random& random, std::size_t length);

/// A message whose fields hold any bytes at all; only its type is right.
template <codecs::itch::Message M>
M random_message(Random& random) {
    M message = codecs::read<M>(random_bytes(random, sizeof(M)).data());
    message.type = codecs::itch::type_of<M>;
    return message;
}

}  // namespace tickweir::tests
