#include "gateway/venue/session_record.hpp"

#include <bit>
#include <chrono>
#include <cstring>

#include "book/ensure.hpp"

namespace tickweir::gateway {
namespace {

constexpr std::uint8_t version = 1;
static_assert(std::endian::native == std::endian::little);

struct Numbers {
    std::int64_t numbering_ns;
    std::uint64_t bound;
    std::uint64_t lsn;
    std::uint32_t place;
};
constexpr std::size_t numbers_bytes = 28;  // without what the compiler puts behind them
static_assert(offsetof(Numbers, place) == 24);

}  // namespace

void encode_session_record(std::span<std::byte> into, std::string_view name,
                           const fix::NumberBlock& block) {
    book::ensure(!name.empty() && name.size() <= session_name_bytes_max &&
                 into.size() == session_record_bytes(name));
    into[0] = std::byte{version};
    into[1] = static_cast<std::byte>(name.size());
    std::memcpy(&into[2], name.data(), name.size());
    const Numbers numbers{block.numbering.time_since_epoch().count(), block.bound, block.before.lsn,
                          block.before.place};
    std::memcpy(&into[2 + name.size()], &numbers, numbers_bytes);
}

std::string decode_session_record(txn::log::Bytes payload, SessionRecord& out) {
    if (payload.size() < 2)
        return "a session's record of " + std::to_string(payload.size()) + " bytes";
    if (payload[0] != std::byte{version})
        return "a session's record of version " + std::to_string(std::to_integer<int>(payload[0]));
    const auto name_bytes = std::to_integer<std::size_t>(payload[1]);
    if (name_bytes == 0 || payload.size() != 2 + name_bytes + numbers_bytes)
        return "a session's record of " + std::to_string(payload.size()) +
               " bytes with a name of " + std::to_string(name_bytes);
    Numbers numbers{};
    std::memcpy(&numbers, &payload[2 + name_bytes], numbers_bytes);
    out.name = {reinterpret_cast<const char*>(&payload[2]), name_bytes};
    out.block.numbering = book::TimeNs{std::chrono::nanoseconds{numbers.numbering_ns}};
    out.block.bound = numbers.bound;
    out.block.before = {numbers.lsn, numbers.place};
    if (numbers.bound == 0 || numbers.bound > fix::numbers_end)
        return "a session's record with bound " + std::to_string(numbers.bound);
    return {};
}

std::string check_host_record(const txn::log::RecordView& record) {
    if (record.type != session_record_type)
        return "is of type " + std::to_string(record.type) + ", which nobody here knows";
    SessionRecord decoded;
    const std::string fault = decode_session_record(record.payload, decoded);
    return fault.empty() ? fault : "is " + fault;
}

}  // namespace tickweir::gateway
