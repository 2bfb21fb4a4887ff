// Wire scalars: big-endian integers and blank-padded text as they lie in a packet. Every type has
// alignment 1, so that a message is a struct of them laid over the bytes that were received.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>

namespace tickweir::codecs {

/// Bytes somebody else owns; a view of them lives no longer than they do.
using Bytes = std::span<const std::byte>;

static_assert(std::endian::native == std::endian::little, "BigEndian swaps on every access");

/// An unsigned integer of `width` bytes, most significant first. Converts from and to `Integer`;
/// reading one is an unaligned load and a byte swap. Bits above the width are dropped on writing.
template <std::unsigned_integral Integer, std::size_t width = sizeof(Integer)>
class BigEndian {
public:
    constexpr BigEndian() = default;

    constexpr BigEndian(Integer value) {
        if (std::is_constant_evaluated()) {
            for (std::size_t i = 0; i < width; ++i) {
                bytes_[i] = static_cast<unsigned char>(value >> (8 * (width - 1 - i)));
            }
        } else if constexpr (width == 6) {
            store<std::uint16_t>(0, static_cast<std::uint16_t>(value >> 32));
            store<std::uint32_t>(2, static_cast<std::uint32_t>(value));
        } else {
            store<Integer>(0, value);
        }
    }

    constexpr operator Integer() const {
        if (std::is_constant_evaluated()) {
            Integer value = 0;
            for (const unsigned char byte : bytes_) {
                value = static_cast<Integer>(value << 8 | byte);
            }
            return value;
        } else if constexpr (width == 6) {
            // Two loads: one of eight bytes would reach beyond the field.
            return Integer{load<std::uint16_t>(0)} << 32 | load<std::uint32_t>(2);
        } else {
            return load<Integer>(0);
        }
    }

private:
    static_assert(width == sizeof(Integer) || (width == 6 && sizeof(Integer) == 8));

    template <class Part>
    static Part swapped(Part part) {
        if constexpr (sizeof(Part) == 2) return __builtin_bswap16(part);
        if constexpr (sizeof(Part) == 4) return __builtin_bswap32(part);
        if constexpr (sizeof(Part) == 8) return __builtin_bswap64(part);
    }
    template <class Part>
    Part load(std::size_t offset) const {
        Part part;
        std::memcpy(&part, bytes_.data() + offset, sizeof part);
        return swapped(part);
    }
    template <class Part>
    void store(std::size_t offset, Part part) {
        part = swapped(part);
        std::memcpy(bytes_.data() + offset, &part, sizeof part);
    }

    std::array<unsigned char, width> bytes_{};
};

using be16 = BigEndian<std::uint16_t>;
using be32 = BigEndian<std::uint32_t>;
using be48 = BigEndian<std::uint64_t, 6>;
using be64 = BigEndian<std::uint64_t>;

static_assert(sizeof(be16) == 2 && alignof(be16) == 1 && std::is_trivially_copyable_v<be16>);
static_assert(sizeof(be32) == 4 && alignof(be32) == 1 && std::is_trivially_copyable_v<be32>);
static_assert(sizeof(be48) == 6 && alignof(be48) == 1 && std::is_trivially_copyable_v<be48>);
static_assert(sizeof(be64) == 8 && alignof(be64) == 1 && std::is_trivially_copyable_v<be64>);

/// Text of a fixed width, padded with blanks on the right.
template <std::size_t width>
class Alpha {
public:
    /// All blanks.
    constexpr Alpha() { chars_.fill(' '); }

    /// A literal that fits; a longer one does not compile.
    template <std::size_t extent>
    requires(extent <= width + 1) constexpr Alpha(const char (&text)[extent])
        : Alpha(std::string_view{text}) {}

    /// Text beyond the width is cut off.
    constexpr explicit Alpha(std::string_view text) : Alpha() {
        std::copy_n(text.begin(), std::min(text.size(), width), chars_.begin());
    }

    /// Without the blanks at its end.
    constexpr std::string_view view() const {
        std::size_t length = width;
        while (length > 0 && chars_[length - 1] == ' ') {
            --length;
        }
        return {chars_.data(), length};
    }

    /// All of its characters, padding included.
    constexpr std::string_view raw() const { return {chars_.data(), width}; }

    friend constexpr bool operator==(const Alpha&, const Alpha&) = default;

    template <std::convertible_to<std::string_view> Text>
    friend constexpr bool operator==(const Alpha& alpha, const Text& text) {
        return alpha.view() == std::string_view{text};
    }

private:
    std::array<char, width> chars_;
};

/// A type that may be laid over received bytes: any bytes make one, wherever they lie.
template <class T>
concept WireLayout = std::is_trivially_copyable_v<T> && std::is_standard_layout_v<T> &&
                     alignof(T) == 1;

/// The bytes of a value as they go on the wire.
template <WireLayout T>
Bytes as_bytes(const T& value) {
    return {reinterpret_cast<const std::byte*>(&value), sizeof value};
}

/// Copies a value out of `from`, which must hold sizeof(T) bytes.
template <WireLayout T>
T read(const std::byte* from) {
    T value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

}  // namespace tickweir::codecs
