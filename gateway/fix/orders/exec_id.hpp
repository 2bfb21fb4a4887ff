// ExecIDs (17): `log.LSN-n` of what the venue's log has, n being the place of the event in its
// record; `R-session-n` of what never reached it. Values; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "txn/log/lsn.hpp"

namespace tickweir::gateway::fix::orders {

/// Where an event stands.
struct ExecPlace {
    txn::log::Lsn lsn{};      ///< 0: none
    std::uint32_t place = 0;  ///< in its record, from 1
    friend constexpr auto operator<=>(const ExecPlace&, const ExecPlace&) = default;
};

/// The text of one.
class ExecId {
public:
    ExecId(std::uint16_t log_number, const ExecPlace& place);
    /// `session`: its name, at most OrderDirectory::name_bytes_max bytes of it.
    ExecId(std::string_view session, std::uint64_t number);

    std::string_view view() const { return {text_.data(), size_}; }

private:
    void add(std::string_view text);
    void add(std::uint64_t number);

    std::array<char, 96> text_{};
    std::size_t size_ = 0;
};

struct ReadExecId {
    std::uint16_t log_number = 0;
    ExecPlace place;
    friend constexpr bool operator==(const ReadExecId&, const ReadExecId&) = default;
};
/// Reads `log.LSN-n`; nothing of any other text, `R-session-n` among them.
std::optional<ReadExecId> read_exec_id(std::string_view text);

}  // namespace tickweir::gateway::fix::orders
