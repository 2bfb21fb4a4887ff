// Whatever a venue does, its reports read back as what happened; whatever orders clients write,
// they are read as they were meant, or refused.
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "book/decimal.hpp"
#include "codecs/fix/message.hpp"
#include "gateway/fix/orders/order_reader.hpp"
#include "gateway/fix/orders/order_words.hpp"
#include "gateway/fix/orders/replace_terms.hpp"
#include "gateway/fix/orders/report_writer.hpp"
#include "gateway/fix/orders/trade_memory.hpp"
#include "tests/fix/fix_text.hpp"
#include "tests/support/seed.hpp"
#include "tests/support/venue_stream.hpp"
#include "txn/venue/venue.hpp"

namespace tickweir::tests {
namespace {

namespace orders = gateway::fix::orders;
namespace tag = codecs::fix::tag;
using txn::Event;
using txn::EventKind;
using txn::Int128;

orders::DirectorySettings sessions_of(const txn::VenueSettings& venue) {
    orders::DirectorySettings settings;
    std::vector<std::string> accounts;
    for (const auto& account : venue.accounts)
        accounts.push_back(account.name);
    for (std::size_t i = 1; i < venue.sessions.size(); ++i)
        settings.sessions.push_back({venue.sessions[i].name, accounts, {}});
    return settings;
}

Int128 power(unsigned exponent) {
    Int128 result = 1;
    while (exponent-- > 0)
        result *= 10;
    return result;
}

/// What one venue's events say, written and read back.
class ReadBack {
public:
    explicit ReadBack(const txn::VenueSettings& venue)
        : directory_{venue, sessions_of(venue)}, venue_{venue} {}

    /// What does not agree, or an empty text.
    std::string check(const Event& event, const orders::ExecPlace& place,
                      orders::RequestKind request) {
        orders::ReportContext context;
        context.place = place;
        context.refusal = ++refusals_;
        context.request = request;
        context.now = event.time;
        Event told = event;
        told.order = after(event, context);
        const orders::Report report = writer_.event(told, context);
        memory_.note(event, place);
        if (!report) return is_told(event) ? "nothing is said" : "";
        ++reports_[std::string{report.msg_type}];
        const std::string text =
            framed("35=" + std::string{report.msg_type} + '|' + with_bars(report.body));
        if (message_.read(text).status != codecs::fix::FrameStatus::whole ||
            message_.fault() != codecs::fix::MessageFault::none || message_.has_empty_value())
            return "is no message: " + with_bars(report.body);
        std::string fault = report.msg_type == "8"   ? execution(told, place)
                            : report.msg_type == "9" ? refused(told)
                                                     : mass_cancelled(told);
        if (!fault.empty()) fault += ": " + with_bars(report.body);
        return fault;
    }

    const std::map<std::string, std::uint64_t>& reports() const { return reports_; }

private:
    /// As order entry does it: busts and corrections of closed orders are worked out.
    txn::OrderView after(const Event& event, orders::ReportContext& context) {
        const auto last = last_.find(event.order.order);
        const txn::OrderView* const known = last == last_.end() ? nullptr : &last->second;
        const bool is_new = event.kind == EventKind::rejected || event.kind == EventKind::refused;
        context.named = known;
        if (is_new || event.order.order == txn::OrderId{}) return event.order;
        const auto before = memory_.find(event);
        if (event.kind == EventKind::busted || event.kind == EventKind::corrected)
            context.before = before ? before->place : orders::ExecPlace{};
        const txn::OrderView view = orders::order_after(event, known, before);
        last_[event.order.order] = view;
        return view;
    }

    static bool is_told(const Event& event) {
        return event.kind != EventKind::ignored && event.kind != EventKind::balance &&
               event.kind != EventKind::state && event.kind != EventKind::day_ended &&
               (event.kind != EventKind::mass_cancelled || event.complete);
    }

    std::string execution(const Event& event, const orders::ExecPlace& place) {
        const txn::OrderView& order = event.order;
        const std::string_view id = message_.find(tag::exec_id).value_or("");
        const orders::ReadExecId expected{venue_.log_number, place};
        if (place.lsn != txn::log::Lsn{} && orders::read_exec_id(id) != expected) return "17";
        if (event.kind == EventKind::rejected)
            return message_.has(tag::ord_rej_reason) && message_.has(tag::text) ? "" : "103, 58";
        if (message_.get_uint(tag::order_id).value != static_cast<std::uint64_t>(order.order))
            return "37";
        if (message_.get_char(tag::ord_status).value != orders::status_of(order)) return "39";
        const auto& its = venue_.instruments[static_cast<std::size_t>(order.instrument)];
        const auto is = [this](codecs::fix::Tag at, std::int64_t coefficient, unsigned decimals) {
            const auto text = message_.find(at);
            return text && book::parse_decimal(*text, decimals) ==
                               book::ParsedDecimal{book::DecimalStatus::ok, coefficient, 0};
        };
        if (!is(tag::leaves_qty, order.leaves.lots, its.quantity_decimals)) return "151";
        if (!is(tag::cum_qty, order.filled.lots, its.quantity_decimals)) return "14";
        if (order.quantity.lots != 0 &&
            !is(tag::order_qty, order.quantity.lots, its.quantity_decimals))
            return "38";
        if (order.price.ticks != 0 && !is(tag::price, order.price.ticks, its.price_decimals))
            return "44";
        if (event.fill.trade != txn::TradeId{} &&
            (!is(tag::last_px, event.fill.price.ticks, its.price_decimals) ||
             !is(tag::last_qty, event.fill.quantity.lots, its.quantity_decimals)))
            return "31, 32";
        const auto whole = std::chrono::floor<std::chrono::milliseconds>(event.time);
        if (message_.get_time(tag::transact_time).value != whole) return "60";
        return average(order, its);
    }

    /// Half a unit of the last decimal away at most.
    std::string average(const txn::OrderView& order, const txn::InstrumentSettings& its) {
        const unsigned decimals = std::min(its.price_decimals + 4, 18U);
        const auto read = message_.get_decimal(tag::avg_px);
        if (!read) return read.status == codecs::fix::FieldStatus::out_of_range ? "" : "6";
        if (read.value.decimals > decimals) return "6 has too many decimals";
        const Int128 printed =
            Int128{read.value.coefficient} * power(decimals - read.value.decimals);
        if (order.filled.lots <= 0) return printed == 0 ? "" : "6";
        const Int128 exact = order.notional * power(decimals - its.price_decimals);
        const Int128 away = printed * order.filled.lots - exact;
        return 2 * (away < 0 ? -away : away) <= order.filled.lots ? "" : "6";
    }

    std::string refused(const Event& event) {
        if (message_.find(tag::cl_ord_id).value_or("") != event.request_id.view()) return "11";
        for (const auto needed : {tag::order_id, tag::orig_cl_ord_id, tag::ord_status,
                                  tag::cxl_rej_response_to, tag::cxl_rej_reason, tag::text})
            if (!message_.has(needed)) return std::to_string(needed);
        return {};
    }

    std::string mass_cancelled(const Event& event) {
        const bool done = event.kind == EventKind::mass_cancelled;
        if (message_.get_char(tag::mass_cancel_response).value != (done ? '7' : '0')) return "531";
        return !done || message_.get_uint(tag::total_affected_orders).value == event.affected
                   ? ""
                   : "533";
    }

    orders::OrderDirectory directory_;
    const txn::VenueSettings& venue_;
    orders::ReportWriter writer_{directory_};
    orders::TradeMemory memory_;
    codecs::fix::Message message_;
    std::map<txn::OrderId, txn::OrderView> last_;
    std::map<std::string, std::uint64_t> reports_;
    std::uint64_t refusals_ = 0;
};

orders::RequestKind request_of(const txn::CommandBody& body) {
    if (std::holds_alternative<txn::ReplaceOrder>(body)) return orders::RequestKind::replace;
    if (std::holds_alternative<txn::MassCancel>(body)) return orders::RequestKind::mass_cancel;
    return orders::RequestKind::cancel;
}

/// The market of one seed: every report of it reads back.
void trade(std::uint64_t seed, std::map<std::string, std::uint64_t>& reports) {
    VenueStream stream{seed};
    txn::Venue venue{stream.settings()};
    ReadBack back{stream.settings()};
    txn::Outcome outcome;
    std::uint64_t lsn = 0;
    const auto execute = [&](const txn::Command& command) {
        venue.execute(command, outcome);
        stream.learn(outcome);
        std::uint32_t place = 0;
        ++lsn;
        for (const Event& event : outcome.events) {
            const bool logged = event.refusal == txn::Refusal::none;
            const orders::ExecPlace at{txn::log::Lsn{logged ? lsn : 0}, ++place};
            ASSERT_EQ(back.check(event, at, request_of(command.body)), "") << "seed " << seed;
        }
    };
    for (int i = 0; i < 2'000 && !testing::Test::HasFatalFailure(); ++i) {
        const VenueStep step = stream.next();
        while (step.drains && venue.continuation_pending()) {
            txn::Command go_on;
            go_on.envelope.time = step.command.envelope.time;
            go_on.body = txn::Continue{};
            execute(go_on);
        }
        execute(step.command);
    }
    for (const auto& [type, count] : back.reports())
        reports[type] += count;
}

TEST(ReportWriterProperty, WritesWhatReadsBackAsWhatHappened) {
    const std::uint64_t seed = test_seed();
    std::map<std::string, std::uint64_t> reports;
    for (std::uint64_t i = 0; i < 12 && !HasFatalFailure(); ++i)
        trade(seed + i, reports);
    EXPECT_GT(reports["8"], 1'000u);
    EXPECT_GT(reports["9"], 100u);
    EXPECT_GT(reports["r"], 10u);
}

// ------------------------------------------------------------------------------------ requests

/// A new order as a client would write it.
std::string text_of(const txn::NewOrder& order, const orders::OrderDirectory& directory) {
    const orders::InstrumentEntry& its = *directory.instrument(order.instrument);
    std::string body = "35=D|34=9|11=" + std::string{order.client_id.view()} +
                       "|1=" + std::string{directory.account_name(order.account)} +
                       "|55=" + its.symbol + "|54=" + orders::wire_of(order.side) +
                       "|60=20260102-10:00:00|40=" + orders::wire_of(order.type) +
                       "|59=" + orders::wire_of(order.time_in_force) +
                       "|38=" + book::to_text(order.quantity, its.quantity_decimals) + "|";
    if (order.possible_resend) body += "97=Y|";
    if (order.possible_duplicate) body += "43=Y|";
    if (order.price) body += "44=" + book::to_text(*order.price, its.price_decimals) + "|";
    if (order.stop_price)
        body += "99=" + book::to_text(*order.stop_price, its.price_decimals) + "|";
    if (order.display.lots != 0)
        body += "111=" + book::to_text(order.display, its.quantity_decimals) + "|";
    if (order.min_quantity.lots != 0)
        body += "110=" + book::to_text(order.min_quantity, its.quantity_decimals) + "|";
    if (order.post_only) body += "18=6|";
    body += std::string{"7928="} + "NOB"[static_cast<std::size_t>(order.self_trade)] + "|";
    if (order.expiry) {
        std::array<char, 64> buffer{};
        codecs::fix::FieldWriter writer{buffer};
        writer.field(tag::expire_time, *order.expiry, codecs::fix::TimePrecision::nanoseconds);
        body += with_bars(writer.text());
    }
    return body;
}

bool same(const txn::NewOrder& a, const txn::NewOrder& b) {
    return a.client_id == b.client_id && a.account == b.account && a.instrument == b.instrument &&
           a.side == b.side && a.type == b.type && a.time_in_force == b.time_in_force &&
           a.self_trade == b.self_trade && a.post_only == b.post_only &&
           a.possible_resend == b.possible_resend && a.possible_duplicate == b.possible_duplicate &&
           a.price == b.price && a.stop_price == b.stop_price && a.quantity == b.quantity &&
           a.display == b.display && a.min_quantity == b.min_quantity && a.expiry == b.expiry;
}

bool writable(const txn::NewOrder& order, const txn::VenueSettings& venue) {
    return !order.client_id.empty() &&
           static_cast<std::size_t>(order.account) < venue.accounts.size() &&
           static_cast<std::size_t>(order.instrument) < venue.instruments.size();
}

TEST(OrderReaderProperty, ReadsOrdersAsTheyWereMeantOrRefusesThem) {
    const std::uint64_t seed = test_seed();
    std::uint64_t taken = 0;
    std::uint64_t refused = 0;
    for (std::uint64_t i = 0; i < 10; ++i) {
        VenueStream stream{seed + i};
        const orders::OrderDirectory directory{stream.settings(), sessions_of(stream.settings())};
        orders::OrderReader reader{directory};
        codecs::fix::Message message;
        for (int n = 0; n < 2'000; ++n) {
            const txn::Command command = stream.next().command;
            const auto* const order = std::get_if<txn::NewOrder>(&command.body);
            if (order == nullptr || !writable(*order, stream.settings())) continue;
            const std::string body = text_of(*order, directory);
            const std::string text = framed(body);
            ASSERT_EQ(message.read(text).status, codecs::fix::FrameStatus::whole);
            const orders::OrderFault* const fault =
                reader.read(message, gateway::fix::SessionId{0});
            if (fault != nullptr) {
                ++refused;
                ASSERT_NE(fault->text.view(), "") << body;
                continue;
            }
            ++taken;
            ASSERT_TRUE(same(std::get<txn::NewOrder>(reader.body()), *order))
                << "seed " << seed << ": " << body;
        }
    }
    EXPECT_GT(taken, 2'000u);
    EXPECT_GT(refused, 20u);
}

/// Bytes of good messages changed at random are read, or refused with words, and never more.
TEST(OrderReaderProperty, AnswersWhateverIsWritten) {
    const std::uint64_t seed = test_seed();
    std::mt19937_64 random{seed};
    VenueStream stream{seed};
    const orders::OrderDirectory directory{stream.settings(), sessions_of(stream.settings())};
    orders::OrderReader reader{directory};
    orders::ReportWriter writer{directory};
    codecs::fix::Message message;
    const std::array<std::string, 4> samples{
        "35=D|34=9|11=N|1=A1|55=ACME|54=1|60=20260102-10:00:00|38=10|40=2|44=1|59=6|432=20270101|",
        "35=G|34=9|11=N|41=M|55=ACME|54=1|60=20260102-10:00:00|38=10|40=4|44=1|99=1|111=2|",
        "35=F|34=9|11=N|41=M|37=12|55=ACME|54=1|60=20260102-10:00:00|",
        "35=AF|34=9|584=Q|585=1|55=ACME|54=1|1=A1|"};
    for (int n = 0; n < 20'000; ++n) {
        std::string body = samples[random() % samples.size()];
        for (std::uint64_t changes = random() % 4; changes > 0; --changes)
            body[3 + random() % (body.size() - 4)] = "0123456789|=.-ANY "[random() % 18];
        const std::string text = framed(body);
        if (message.read(text).status != codecs::fix::FrameStatus::whole ||
            !orders::request_kind_of(message.msg_type()))
            continue;
        const orders::OrderFault* const fault = reader.read(message, gateway::fix::SessionId{0});
        if (fault == nullptr) continue;
        ASSERT_NE(fault->text.view(), "") << body;
        const orders::Report report = writer.refusal(reader.head(), *fault, "S1", {});
        ASSERT_EQ(!report, fault->by == orders::RefusedBy::session_reject) << body;
    }
}

}  // namespace
}  // namespace tickweir::tests
