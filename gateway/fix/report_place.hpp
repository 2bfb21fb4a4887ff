// Where in a venue's log a report comes from, as its ExecID (17) says: `log.LSN-n`, n being the
// place of the event in its record. By it one knows what a session has been told. Values; pure.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

namespace tickweir::gateway::fix {

/// Places are told in ascending order to every session.
struct ReportPlace {
    std::uint64_t lsn = 0;    ///< 0: before everything
    std::uint32_t place = 0;  ///< in its record, from 1
    friend constexpr auto operator<=>(const ReportPlace&, const ReportPlace&) = default;
};

/// Behind everything: nothing is to be told again.
inline constexpr ReportPlace all_told{std::numeric_limits<std::uint64_t>::max(), 0};

/// Reads an ExecID of this log; nothing of any other text: those of another log, and `R-session-n`.
std::optional<ReportPlace> report_place(std::string_view exec_id, std::uint16_t log_number);

}  // namespace tickweir::gateway::fix
