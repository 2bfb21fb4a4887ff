#include "gateway/fix/report_place.hpp"

#include "gateway/fix/orders/exec_id.hpp"

namespace tickweir::gateway::fix {

std::optional<ReportPlace> report_place(std::string_view exec_id, std::uint16_t log_number) {
    const auto read = orders::read_exec_id(exec_id);
    if (!read || read->log_number != log_number) return std::nullopt;
    return ReportPlace{txn::log::number(read->place.lsn), read->place.place};
}

}  // namespace tickweir::gateway::fix
