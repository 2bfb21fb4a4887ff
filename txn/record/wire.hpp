// Numbers and texts of a record as bytes. Every value has one form only: a longer one is refused,
// so that what was read is written again as it was.
//
//   number  1 to 9 bytes   xxxxxxx1 | xxxxxx10 x | xxxxx100 x x | ... | 10000000 7 B | 00000000 8 B
//   wide    1 to 17 bytes  count of bytes, then those, the last one not zero; zigzag
//   text    1 to 37 bytes  count of bytes, then those
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>

#include "book/exact/wide.hpp"
#include "txn/log/format.hpp"
#include "txn/venue/vocabulary.hpp"

namespace tickweir::txn::record {

using book::exact::Uint128;
using log::Bytes;

static_assert(std::endian::native == std::endian::little);

inline constexpr std::size_t number_bytes_max = 9;
inline constexpr std::size_t id_bytes_max = 5;  ///< of a number, or a difference, of 32 bits
inline constexpr std::size_t wide_bytes_max = 17;
inline constexpr std::size_t text_bytes_max = 1 + ClientOrderId::bytes_max;

/// Differences around zero as small numbers: 0, -1, 1, -2, ... become 0, 1, 2, 3, ...
constexpr std::uint64_t zigzag(std::uint64_t difference) {
    return difference << 1 ^ (0 - (difference >> 63));
}
constexpr std::uint64_t unzigzag(std::uint64_t number) {
    return number >> 1 ^ (0 - (number & 1));
}
constexpr Uint128 zigzag(Uint128 difference) {
    return difference << 1 ^ (0 - (difference >> 127));
}
constexpr Uint128 unzigzag(Uint128 number) {
    return number >> 1 ^ (0 - (number & 1));
}

/// Bytes of a number.
constexpr unsigned bytes_of(std::uint64_t number) {
    const auto bits = static_cast<unsigned>(std::bit_width(number | 1));
    return (bits * 9 + 63) / 64;
}
static_assert(bytes_of(0) == 1 && bytes_of(127) == 1 && bytes_of(128) == 2);
static_assert(bytes_of((1ull << 56) - 1) == 8 && bytes_of(1ull << 56) == 9 &&
              bytes_of(~0ull) == number_bytes_max && bytes_of((1ull << 33) - 1) == id_bytes_max);

/// What a value is as bits, whatever its type, and back.
template <class T>
constexpr std::uint64_t raw(T value) {
    if constexpr (std::is_same_v<T, Price>)
        return static_cast<std::uint64_t>(value.ticks);
    else if constexpr (std::is_same_v<T, Quantity>)
        return static_cast<std::uint64_t>(value.lots);
    else if constexpr (std::is_same_v<T, TimeNs>)
        return static_cast<std::uint64_t>(value.time_since_epoch().count());
    else
        return static_cast<std::uint64_t>(value);
}
template <class T>
constexpr T from_raw(std::uint64_t bits) {
    if constexpr (std::is_same_v<T, Price> || std::is_same_v<T, Quantity>)
        return T{static_cast<std::int64_t>(bits)};
    else if constexpr (std::is_same_v<T, TimeNs>)
        return TimeNs{std::chrono::nanoseconds{static_cast<std::int64_t>(bits)}};
    else
        return static_cast<T>(bits);
}
/// The largest raw value of a type.
template <class T>
inline constexpr std::uint64_t raw_max = sizeof(T) == 8 ? ~0ull : (1ull << 8 * sizeof(T)) - 1;

/// Whether two texts are equal, without a call: most that are compared are empty.
inline bool same(const ClientOrderId& a, const ClientOrderId& b) {
    static_assert(std::has_unique_object_representations_v<ClientOrderId>);
    using Words = std::array<std::uint64_t, sizeof(ClientOrderId) / 8>;
    const auto left = std::bit_cast<Words>(a);
    const auto right = std::bit_cast<Words>(b);
    std::uint64_t differences = 0;
    for (std::size_t i = 0; i < left.size(); ++i)
        differences |= left[i] ^ right[i];
    return differences == 0;
}

/// Writes behind one another. Touches up to `slack_bytes` beyond what it has written: whoever gives
/// it memory sees to it.
class RecordWriter {
public:
    static constexpr std::size_t slack_bytes = text_bytes_max;

    explicit RecordWriter(std::byte* at) : at_{at} {}

    std::byte* at() const { return at_; }
    void go_back_to(std::byte* at) { at_ = at; }

    void byte(std::uint64_t value) { put(static_cast<std::uint8_t>(value)); }
    void half(std::uint64_t value) { put(static_cast<std::uint16_t>(value)); }
    void whole(std::uint64_t value) { put(value); }

    void number(std::uint64_t value) {
        const unsigned bytes = bytes_of(value);
        if (bytes == number_bytes_max) [[unlikely]] {
            byte(0);
            return whole(value);
        }
        const std::uint64_t bits = (value << 1 | 1) << (bytes - 1);
        std::memcpy(at_, &bits, sizeof bits);
        at_ += bytes;
    }
    void difference(std::uint64_t value) { number(zigzag(value)); }

    void wide(Uint128 difference) {
        const Uint128 value = zigzag(difference);
        const auto low = static_cast<std::uint64_t>(value);
        const auto high = static_cast<std::uint64_t>(value >> 64);
        const auto bits =
            static_cast<unsigned>(high != 0 ? 64u + static_cast<unsigned>(std::bit_width(high))
                                            : static_cast<unsigned>(std::bit_width(low)));
        const unsigned bytes = (bits + 7) / 8;
        byte(bytes);
        std::memcpy(at_, &low, sizeof low);
        std::memcpy(at_ + sizeof low, &high, sizeof high);
        at_ += bytes;
    }

    /// The text's memory is as long as the longest one.
    void text(const ClientOrderId& id) {
        const std::size_t length = id.view().size();
        byte(length);
        std::memcpy(at_, id.view().data(), ClientOrderId::bytes_max);
        at_ += length;
    }

private:
    template <class T>
    void put(T value) {
        std::memcpy(at_, &value, sizeof value);
        at_ += sizeof value;
    }

    std::byte* at_;
};

/// Reads what may be anything. The first fault stays, and everything read after it is zero.
class RecordReader {
public:
    explicit RecordReader(Bytes bytes) : bytes_{bytes} {}

    bool ok() const { return fault_ == Fault::none; }
    bool at_end() const { return at_ == bytes_.size(); }
    std::size_t at() const { return at_; }
    Bytes rest() const { return bytes_.subspan(at_); }
    /// "byte 17: order type 9"; empty if there is none.
    std::string fault_text() const;

    std::uint64_t byte(const char* what) { return get<std::uint8_t>(what); }
    std::uint64_t half(const char* what) { return get<std::uint16_t>(what); }
    std::uint64_t whole(const char* what) { return get<std::uint64_t>(what); }
    std::uint64_t number(const char* what) {
        std::uint64_t bits = 0;
        if (bytes_.size() - at_ < sizeof bits) return number_by_bytes(what);
        std::memcpy(&bits, bytes_.data() + at_, sizeof bits);
        const auto bytes = static_cast<unsigned>(std::countr_zero(bits | 0x100)) + 1;
        if (bytes == number_bytes_max) [[unlikely]]
            return number_by_bytes(what);
        const std::uint64_t value = bits << (64 - 8 * bytes) >> (64 - 8 * bytes) >> bytes;
        if (bytes_of(value) != bytes) [[unlikely]]
            return number_by_bytes(what);
        at_ += bytes;
        return value;
    }
    std::uint64_t difference(const char* what) { return unzigzag(number(what)); }
    Uint128 wide(const char* what);
    ClientOrderId text(const char* what);

    /// What was read at `at` has a value that it must not have.
    void refuse(std::size_t at, const char* what, std::uint64_t value) {
        fail(Fault::value, at, what, value);
    }
    /// What was read at `at` says nothing that does not follow without it.
    void refuse_needless(std::size_t at, const char* what) { fail(Fault::needless, at, what, 0); }

    template <class T>
    T below(std::uint64_t value, std::uint64_t end, std::size_t at, const char* what) {
        if (value < end) [[likely]]
            return static_cast<T>(value);
        refuse(at, what, value);
        return T{};
    }

private:
    enum class Fault : std::uint8_t { none, value, cut_off, too_long, needless };

    std::uint64_t number_by_bytes(const char* what);
    void fail(Fault fault, std::size_t at, const char* what, std::uint64_t value);
    bool has(std::size_t bytes, const char* what) {
        if (bytes_.size() - at_ >= bytes) [[likely]]
            return true;
        fail(Fault::cut_off, at_, what, 0);
        return false;
    }
    template <class T>
    T get(const char* what) {
        T value{};
        if (!has(sizeof value, what)) return value;
        std::memcpy(&value, bytes_.data() + at_, sizeof value);
        at_ += sizeof value;
        return value;
    }

    Bytes bytes_;
    std::size_t at_ = 0;
    Fault fault_ = Fault::none;
    const char* what_ = "";
    std::uint64_t value_ = 0;
    std::size_t fault_at_ = 0;
};

}  // namespace tickweir::txn::record
