// What the venue's log has of FIX sessions: a record of the host's own for each block of outbound
// numbers, by the session's name. Nothing of it is the venue's state.
//
//   payload   | version 1 B | name: length 1 B, bytes | numbering 8 B | bound 8 B | lsn 8 B | place
//   4 B |
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "gateway/fix/number_reserve.hpp"
#include "txn/log/format.hpp"

namespace tickweir::gateway {

/// RecordView::type; behind txn::first_host_record_type.
inline constexpr std::uint16_t session_record_type = 16;
inline constexpr std::size_t session_name_bytes_max = 255;
inline constexpr std::size_t session_record_bytes_max = 2 + session_name_bytes_max + 28;

constexpr std::size_t session_record_bytes(std::string_view name) {
    return 2 + name.size() + 28;
}

/// Writes a record of session_record_bytes; the name is not empty and no longer than it may be.
void encode_session_record(std::span<std::byte> into, std::string_view name,
                           const fix::NumberBlock& block);

struct SessionRecord {
    std::string_view name;  ///< in the payload
    fix::NumberBlock block;
};

/// Reads a payload that may hold anything; what is wrong with it, or an empty text.
[[nodiscard]] std::string decode_session_record(txn::log::Bytes payload, SessionRecord& out);

/// For an engine's recovery: takes records of sessions, which are looked at elsewhere, and no
/// others of the host's.
[[nodiscard]] std::string check_host_record(const txn::log::RecordView& record);

}  // namespace tickweir::gateway
