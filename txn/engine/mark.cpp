#include "txn/engine/mark.hpp"

#include <bit>
#include <cstring>

namespace tickweir::txn {
namespace {

/// A mark's bytes, little-endian.
struct MarkBytes {
    std::uint16_t version;
    std::uint16_t shard;
    std::uint32_t reserved;
    std::uint64_t records;
    std::uint64_t sum_low;
    std::uint64_t sum_high;
    std::uint64_t balances_low;
    std::uint64_t balances_high;
};
static_assert(sizeof(MarkBytes) == mark_bytes && std::endian::native == std::endian::little);

constexpr std::uint16_t mark_version = 1;

std::uint64_t folded(std::uint64_t a, std::uint64_t b) {
    const Uint128 product = Uint128{a} * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

constexpr std::uint64_t first_key = 0xa0761d6478bd642f;
constexpr std::uint64_t second_key = 0xe7037ed1a0b428db;
constexpr std::uint64_t third_key = 0x8ebc6af09c88c6e3;

}  // namespace

void ShardSum::add(io::Bytes payload) {
    std::uint64_t state = folded(records ^ first_key, payload.size() ^ second_key);
    for (io::Bytes rest = payload; !rest.empty();) {
        std::uint64_t words[2]{};
        const std::size_t bytes = rest.size() < sizeof words ? rest.size() : sizeof words;
        std::memcpy(words, rest.data(), bytes);
        state = folded(words[0] ^ first_key, words[1] ^ state) ^ std::rotl(state, 29);
        rest = rest.subspan(bytes);
    }
    const std::uint64_t low = folded(state ^ second_key, third_key);
    const std::uint64_t high = folded(state ^ third_key, first_key);
    sum += Uint128{high} << 64 | low;
    ++records;
}

void encode_mark(std::span<std::byte, mark_bytes> into, const Mark& mark) {
    const MarkBytes bytes{.version = mark_version,
                          .shard = mark.shard,
                          .reserved = 0,
                          .records = mark.sum.records,
                          .sum_low = static_cast<std::uint64_t>(mark.sum.sum),
                          .sum_high = static_cast<std::uint64_t>(mark.sum.sum >> 64),
                          .balances_low = static_cast<std::uint64_t>(mark.balances),
                          .balances_high = static_cast<std::uint64_t>(mark.balances >> 64)};
    std::memcpy(into.data(), &bytes, sizeof bytes);
}

std::optional<Mark> decode_mark(io::Bytes payload) {
    MarkBytes bytes{};
    if (payload.size() != sizeof bytes) return std::nullopt;
    std::memcpy(&bytes, payload.data(), sizeof bytes);
    if (bytes.version != mark_version || bytes.reserved != 0) return std::nullopt;
    Mark mark;
    mark.shard = bytes.shard;
    mark.sum.records = bytes.records;
    mark.sum.sum = Uint128{bytes.sum_high} << 64 | bytes.sum_low;
    mark.balances = Uint128{bytes.balances_high} << 64 | bytes.balances_low;
    return mark;
}

}  // namespace tickweir::txn
