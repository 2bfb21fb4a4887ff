#include "gateway/fix/stored_session.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "codecs/fix/fields.hpp"
#include "codecs/fix/message.hpp"

namespace tickweir::gateway::fix {
namespace {

namespace wire = codecs::fix;

constexpr std::uint64_t first_look = 256;  // numbers; four times as many with each further look
constexpr std::size_t read_piece = 256 << 10;

/// The last report's place among the messages of a range, read in pieces.
std::optional<ReportPlace> last_report_in(MessageStore& store, std::uint64_t from, std::uint64_t to,
                                          std::uint16_t log_number, wire::Message& message) {
    std::optional<ReportPlace> last;
    for (RangeRead read{.next = from}; read.next <= to;) {
        read = store.read(read.next, to, read_piece, [&](std::uint64_t, std::string_view text) {
            if (message.index(text) != wire::MessageFault::none ||
                message.msg_type() != wire::msg_type::execution_report)
                return;
            const auto id = message.find(wire::tag::exec_id);
            if (const auto place = report_place(id.value_or(""), log_number)) last = place;
        });
    }
    return last;
}

}  // namespace

std::optional<ReportPlace> last_report(MessageStore& store, std::uint16_t log_number,
                                       std::uint64_t up_to, std::uint64_t numbers_most) {
    wire::Message message;
    std::uint64_t end = std::min(store.next_outbound() - 1, up_to);
    const std::uint64_t first = end > numbers_most ? end - numbers_most + 1 : 1;
    for (std::uint64_t look = first_look; end >= first; look *= 4) {
        const std::uint64_t begin = end - first >= look ? end - look + 1 : first;
        if (const auto last = last_report_in(store, begin, end, log_number, message)) return last;
        end = begin - 1;
    }
    return std::nullopt;
}

StoredSession stored_session(std::string name, MessageStore& store, bool crashed,
                             std::optional<std::uint16_t> log_number) {
    StoredSession stored;
    stored.name = std::move(name);
    stored.numbering = store.created();
    stored.next_outbound = store.next_outbound();
    stored.next_inbound = store.next_inbound();
    stored.created = store.found().created;
    stored.lost = store.found().numbers_lost;
    stored.crashed = crashed;
    if (log_number) stored.told = last_report(store, *log_number, store.found().whole_to);
    return stored;
}

}  // namespace tickweir::gateway::fix
