// Whatever a client writes into an order, order entry reads it or says in words why not; what is
// read is within its bounds, and what is answered is a message that our own codec reads.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "book/ensure.hpp"
#include "codecs/fix/message.hpp"
#include "gateway/fix/orders/order_directory.hpp"
#include "gateway/fix/orders/order_reader.hpp"
#include "gateway/fix/orders/replace_terms.hpp"
#include "gateway/fix/orders/report_writer.hpp"

namespace {

using namespace tickweir;
using namespace tickweir::gateway::fix::orders;
using book::ensure;
using codecs::fix::Message;
using codecs::fix::MessageFault;
using gateway::fix::SessionId;

OrderDirectory directory_of_two() {
    txn::VenueSettings venue;
    venue.assets = {{"USD", 18}, {"ACME", 18}, {"BTC", 18}};
    txn::InstrumentSettings acme;
    acme.symbol = "ACME";
    acme.base = txn::AssetId{1};
    acme.reference = txn::Price{100};
    txn::InstrumentSettings coin;
    coin.symbol = "BTC-USD";
    coin.base = txn::AssetId{2};
    coin.price_decimals = 0;
    coin.quantity_decimals = 18;
    venue.instruments = {acme, coin};
    venue.accounts = {{"A1"}, {"A2"}};
    venue.sessions = {{"operator"}, {"C1"}, {"C2"}};
    EntitlementSettings capped;
    capped.instruments = {"ACME"};
    capped.quantity_max = {1'000, 0};
    capped.notional_max = {10'000, 0};
    DirectorySettings settings;
    settings.sessions = {{"C1", {"A1"}, capped}, {"C2", {"A1", "A2"}, {}}};
    return {venue, settings};
}

void check_readable(const Report& report) {
    static Message message;
    const std::string text =
        "8=FIX.4.4\x01"
        "9=1\x01"
        "35=" +
        std::string{report.msg_type} + '\x01' + std::string{report.body} + "10=000\x01";
    ensure(report.body.size() <= ReportWriter::bytes_max);
    ensure(message.index(text) == MessageFault::none && !message.has_empty_value());
}

/// The answers to a good request, as if the venue had no such order.
void check_good(const OrderDirectory& directory, const OrderReader& reader, ReportWriter& writer,
                SessionId session) {
    const RequestHead& head = reader.head();
    const SessionEntry& entry = directory.session(session);
    ensure(head.query_id.size() <= OrderReader::query_id_bytes_max);
    if (head.kind == RequestKind::status || head.kind == RequestKind::mass_status)
        return check_readable(writer.no_order(head, {}));
    if (const auto* const order = std::get_if<txn::NewOrder>(&reader.body())) {
        ensure(!order->client_id.empty() && entry.may_use(order->account));
        ensure(directory.instrument(order->instrument) != nullptr);
        const txn::OrderView view = view_of(*order, entry.id);
        check_readable(writer.status(view, {}, {}));
        if (const auto fault = entry.entitled.check(*order))
            check_readable(writer.refusal(head, *fault, entry.name, {}));
    }
    if (const auto* const replace = std::get_if<txn::ReplaceOrder>(&reader.body())) {
        const txn::OrderView order;
        (void)only_lowers_quantity(*replace, order);
        if (const auto fault = check_replace(reader.terms(), order))
            check_readable(writer.refusal(head, *fault, entry.name, {}));
        (void)entry.entitled.check(*replace, order);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const OrderDirectory directory = directory_of_two();
    static OrderReader reader{directory};
    static ReportWriter writer{directory};
    static Message message;
    if (size < 2) return 0;
    constexpr std::array<std::string_view, 6> types{"D", "F", "G", "H", "q", "AF"};
    const SessionId session{data[0] % 2U};
    std::string text =
        "8=FIX.4.4\x01"
        "9=1\x01"
        "35=";
    text.append(types[data[0] / 2U % types.size()]).append("\x01");
    text.append(reinterpret_cast<const char*>(data + 1), size - 1);
    for (char& c : text)
        if (c == '|') c = '\x01';
    text += "10=000\x01";
    // A copy of its own, so that reading beyond it is seen.
    const std::vector<char> exact(text.begin(), text.end());
    if (message.index({exact.data(), exact.size()}) != MessageFault::none) return 0;
    const OrderFault* const fault = reader.read(message, session);
    if (fault == nullptr) {
        check_good(directory, reader, writer, session);
        return 0;
    }
    ensure(!fault->text.view().empty());
    const Report report =
        writer.refusal(reader.head(), *fault, directory.session(session).name, {});
    ensure(!report == (fault->by == RefusedBy::session_reject));
    if (report) check_readable(report);
    return 0;
}
