#include "tests/support/venue_script_parser.hpp"

#include <algorithm>
#include <array>
#include <sstream>
#include <stdexcept>

#include "book/exact/decimal.hpp"
#include "tests/support/naive_amounts.hpp"

namespace tickweir::tests {

using txn::OrderType;
using txn::SelfTrade;
using txn::Side;
using txn::TimeInForce;

namespace {

[[noreturn]] void fail(const std::string& why) {
    throw std::invalid_argument{why};
}

template <class Named>
std::optional<std::uint32_t> index_of(const std::vector<Named>& all, const std::string& name,
                                      std::string Named::*member) {
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i].*member == name) return static_cast<std::uint32_t>(i);
    }
    return std::nullopt;
}

txn::OrderId order_id(const txn::VenueSettings& settings, std::uint64_t number) {
    return txn::OrderId{std::uint64_t{settings.log_number} << 48 | number};
}

}  // namespace

// -------------------------------------------------------------------------------------- words

Words::Words(std::string_view line) {
    std::istringstream stream{std::string{line}};
    for (std::string word; stream >> word;)
        words_.push_back(word);
}

std::string Words::take() {
    if (words_.empty()) fail("a word is missing");
    std::string word = words_.front();
    words_.pop_front();
    return word;
}

bool Words::take_if(std::string_view word) {
    if (words_.empty() || words_.front() != word) return false;
    words_.pop_front();
    return true;
}

std::optional<std::uint32_t> Words::take_number_of(char letter) {
    const std::string word = peek();
    if (word.size() < 2 || word[0] != letter ||
        word.find_first_not_of("0123456789", 1) != word.npos)
        return std::nullopt;
    words_.pop_front();
    return static_cast<std::uint32_t>(std::stoul(word.substr(1)));
}

std::uint64_t Words::number() {
    return std::stoull(take());
}

// ------------------------------------------------------------------------------------- values

txn::Int128 VenueScriptParser::scaled(const std::string& text, unsigned decimals) {
    const auto parsed = book::exact::parse_number(text);
    if (!parsed.ok()) fail("'" + text + "' is no number");
    const auto value = book::exact::rescaled(parsed.value, decimals);
    if (!value.ok()) fail("'" + text + "' has too many decimals");
    return value.value.coefficient();
}

txn::TimeNs VenueScriptParser::time(const std::string& text) {
    if (!text.ends_with('s')) fail("'" + text + "' is no time");
    const auto ns = static_cast<std::int64_t>(scaled(text.substr(0, text.size() - 1), 9));
    return txn::TimeNs{std::chrono::nanoseconds{ns}};
}

txn::InstrumentId VenueScriptParser::instrument(const std::string& name) const {
    const auto found = index_of(settings_.instruments, name, &txn::InstrumentSettings::symbol);
    if (found) return txn::InstrumentId{*found};
    Words unknown{name};
    if (const auto number = unknown.take_number_of('I')) return txn::InstrumentId{*number};
    fail("'" + name + "' is no instrument");
}

txn::AssetId VenueScriptParser::asset(const std::string& name) const {
    if (const auto found = index_of(settings_.assets, name, &txn::AssetSettings::name))
        return txn::AssetId{*found};
    Words unknown{name};
    if (const auto number = unknown.take_number_of('X')) return txn::AssetId{*number};
    fail("'" + name + "' is no asset");
}

txn::Price VenueScriptParser::price(txn::InstrumentId instrument, const std::string& text) const {
    const std::size_t i = std::size_t(instrument);
    const bool is_known = i < settings_.instruments.size();
    return {static_cast<std::int64_t>(
        scaled(text, is_known ? settings_.instruments[i].price_decimals : 0))};
}

txn::Quantity VenueScriptParser::quantity(txn::InstrumentId instrument,
                                          const std::string& text) const {
    const std::size_t i = std::size_t(instrument);
    const bool is_known = i < settings_.instruments.size();
    return {static_cast<std::int64_t>(
        scaled(text, is_known ? settings_.instruments[i].quantity_decimals : 0))};
}

// ----------------------------------------------------------------------------------- commands

/// A word that is not about numbers; false: it is.
bool VenueScriptParser::order_word(Words& words, txn::NewOrder& order, bool& has_type) const {
    static constexpr std::array types{"market", "limit", "stop", "stop-limit"};
    static constexpr std::array times{"day", "gtc", "ioc", "fok", "gtd"};
    const std::string word = words.peek();
    if (const auto found = std::ranges::find(types, word); found != types.end()) {
        order.type = static_cast<OrderType>(found - types.begin());
        has_type = true;
    } else if (const auto time = std::ranges::find(times, word); time != times.end()) {
        order.time_in_force = static_cast<TimeInForce>(time - times.begin());
    } else if (word == "post-only") {
        order.post_only = true;
    } else if (word == "resend") {
        order.possible_resend = true;
    } else if (word == "possdup") {
        order.possible_duplicate = true;
    } else if (word == "cancel-resting") {
        order.self_trade = SelfTrade::cancel_resting;
    } else if (word == "cancel-both") {
        order.self_trade = SelfTrade::cancel_both;
    } else {
        return false;
    }
    words.take();
    return true;
}

txn::NewOrder VenueScriptParser::new_order(Words& words, txn::AccountId account, Side side) const {
    txn::NewOrder order;
    order.account = account;
    order.side = side;
    const std::string quantity_text = words.take();
    bool has_type = false;
    std::string price_text;
    std::string stop_text;
    std::string shown_text = "0";
    std::string least_text = "0";
    while (!words.empty()) {
        if (order_word(words, order, has_type)) continue;
        if (words.take_if("@"))
            price_text = words.take();
        else if (words.take_if("stop-at"))
            stop_text = words.take();
        else if (words.take_if("show"))
            shown_text = words.take();
        else if (words.take_if("min"))
            least_text = words.take();
        else if (words.take_if("until"))
            order.expiry = time(words.take());
        else if (words.take_if("on"))
            order.instrument = instrument(words.take());
        else if (words.take_if("as"))
            order.client_id = txn::ClientOrderId{words.take()};
        else
            fail("'" + words.peek() + "' says nothing about an order");
    }
    if (!has_type) {
        const bool has_price = !price_text.empty();
        order.type = stop_text.empty() ? (has_price ? OrderType::limit : OrderType::market)
                                       : (has_price ? OrderType::stop_limit : OrderType::stop);
    }
    order.quantity = quantity(order.instrument, quantity_text);
    order.display = quantity(order.instrument, shown_text);
    order.min_quantity = quantity(order.instrument, least_text);
    if (!price_text.empty()) order.price = price(order.instrument, price_text);
    if (!stop_text.empty()) order.stop_price = price(order.instrument, stop_text);
    return order;
}

template <class Request>
void VenueScriptParser::target(Words& words, Request& request) const {
    while (!words.empty() && words.peek() != "as" && words.peek() != "with") {
        if (const auto number = words.take_number_of('#'))
            request.order = order_id(settings_, *number);
        else
            request.original = txn::ClientOrderId{words.take()};
    }
}

txn::CancelOrder VenueScriptParser::cancel(Words& words) const {
    txn::CancelOrder request;
    target(words, request);
    if (words.take_if("as")) request.client_id = txn::ClientOrderId{words.take()};
    return request;
}

txn::ReplaceOrder VenueScriptParser::replace(Words& words) const {
    txn::ReplaceOrder request;
    target(words, request);
    if (!words.take_if("with")) fail("a replace says 'with'");
    request.quantity = quantity({}, words.take());
    while (!words.empty()) {
        if (words.take_if("@"))
            request.price = price({}, words.take());
        else if (words.take_if("stop-at"))
            request.stop_price = price({}, words.take());
        else if (words.take_if("show"))
            request.display = quantity({}, words.take());
        else if (words.take_if("until"))
            request.expiry = time(words.take());
        else if (words.take_if("resend"))
            request.possible_resend = true;
        else if (words.take_if("possdup"))
            request.possible_duplicate = true;
        else if (words.take_if("as"))
            request.client_id = txn::ClientOrderId{words.take()};
        else
            fail("'" + words.peek() + "' says nothing about a replace");
    }
    return request;
}

txn::MassCancel VenueScriptParser::mass_cancel(Words& words) const {
    txn::MassCancel request;
    while (!words.empty()) {
        if (words.take_if("session"))
            request.session = txn::SessionId{words.take_number_of('S').value()};
        else if (words.take_if("account"))
            request.account = txn::AccountId{words.take_number_of('A').value()};
        else if (words.take_if("on"))
            request.instrument = instrument(words.take());
        else if (words.take_if("buy"))
            request.side = Side::buy;
        else if (words.take_if("sell"))
            request.side = Side::sell;
        else if (words.take_if("keep-long-lived"))
            request.keep_long_lived = true;
        else if (words.take_if("as"))
            request.client_id = txn::ClientOrderId{words.take()};
        else
            fail("'" + words.peek() + "' says nothing about a mass cancel");
    }
    return request;
}

std::optional<txn::CommandBody> VenueScriptParser::money(Words& words) const {
    const std::string verb = words.peek();
    if (verb != "deposit" && verb != "withdraw" && verb != "transfer") return std::nullopt;
    words.take();
    const txn::AccountId from{words.take_number_of('A').value()};
    txn::AccountId to{};
    if (verb == "transfer") to = txn::AccountId{words.take_number_of('A').value()};
    const txn::Int128 amount = scaled(words.take(), 18);
    const txn::AssetId what = asset(words.take());
    if (verb == "deposit") return txn::Deposit{from, what, amount};
    if (verb == "withdraw") return txn::Withdraw{from, what, amount};
    return txn::Transfer{from, to, what, amount};
}

txn::CommandBody VenueScriptParser::body(Words& words,
                                         std::optional<txn::AccountId> account) const {
    if (words.take_if("cancel")) return cancel(words);
    if (words.take_if("replace")) return replace(words);
    if (words.take_if("mass-cancel")) return mass_cancel(words);
    if (account && words.take_if("buy")) return new_order(words, *account, Side::buy);
    if (account && words.take_if("sell")) return new_order(words, *account, Side::sell);
    if (const auto moved = money(words)) return *moved;
    if (words.take_if("halt")) return txn::Halt{instrument(words.take())};
    if (words.take_if("resume")) return txn::Resume{instrument(words.take())};
    if (words.take_if("tick")) return txn::Tick{};
    if (words.take_if("day-end")) return txn::DayEnd{};
    if (words.take_if("continue")) return txn::Continue{};
    if (words.take_if("bust")) return txn::BustTrade{txn::TradeId{words.number()}};
    if (words.take_if("correct")) {
        txn::CorrectTrade request{txn::TradeId{words.number()}, {}, {}};
        if (!words.take_if("to")) fail("a correction says 'to'");
        request.quantity = quantity({}, words.take());
        if (words.take_if("@")) request.price = price({}, words.take());
        return request;
    }
    fail("'" + words.peek() + "' is no command");
}

// ----------------------------------------------------------------------------------- settings

namespace {

/// "2.5%" in millionths, or a plain number of them.
std::uint32_t share(const std::string& text) {
    if (!text.ends_with('%')) return static_cast<std::uint32_t>(std::stoul(text));
    return static_cast<std::uint32_t>(
        VenueScriptParser::scaled(text.substr(0, text.size() - 1), 4));
}

std::int32_t rate(const std::string& text) {
    if (!text.starts_with('-')) return static_cast<std::int32_t>(share(text));
    return -static_cast<std::int32_t>(share(text.substr(1)));
}

void apply_to(txn::InstrumentSettings& instrument, Words& words, const VenueScriptParser& values,
              txn::InstrumentId id) {
    while (!words.empty()) {
        const std::string what = words.take();
        if (what == "decimals") {
            instrument.price_decimals = static_cast<unsigned>(words.number());
            instrument.quantity_decimals = static_cast<unsigned>(words.number());
        } else if (what == "tick") {
            instrument.tick = values.price(id, words.take());
        } else if (what == "lot") {
            instrument.lot = values.quantity(id, words.take());
        } else if (what == "reference") {
            instrument.reference = values.price(id, words.take());
        } else if (what == "collar") {
            instrument.collar_millionths = share(words.take());
        } else if (what == "band") {
            instrument.band_millionths = share(words.take());
        } else if (what == "window") {
            instrument.band_window = VenueScriptParser::time(words.take()).time_since_epoch();
        } else if (what == "pause") {
            instrument.pause = VenueScriptParser::time(words.take()).time_since_epoch();
        } else if (what == "most") {
            instrument.quantity_max = values.quantity(id, words.take());
        } else if (what == "worth") {
            instrument.notional_max = VenueScriptParser::scaled(words.take(), 18);
        } else {
            fail("'" + what + "' is no setting of an instrument");
        }
    }
}

void apply_to(txn::FeeSettings& fees, Words& words, txn::VenueSettings& settings) {
    static constexpr std::array names{"half-even", "half-up", "half-down", "up",
                                      "down",      "ceiling", "floor",     "zero-five-up"};
    while (!words.empty()) {
        const std::string what = words.take();
        const std::string value = words.take();
        if (what == "maker")
            fees.maker_millionths = rate(value);
        else if (what == "taker")
            fees.taker_millionths = rate(value);
        else if (what == "decimals")
            settings.assets.front().decimals = static_cast<unsigned>(std::stoul(value));
        else if (what == "rounding")
            fees.rounding =
                static_cast<book::exact::Rounding>(std::ranges::find(names, value) - names.begin());
        else
            fail("'" + what + "' is no setting of fees");
    }
}

bool apply_limit(const std::string& what, Words& words, txn::VenueLimits& limits) {
    if (what == "effects")
        limits.effects = static_cast<std::uint32_t>(words.number());
    else if (what == "orders")
        limits.orders = words.number();
    else if (what == "client-ids")
        limits.client_ids = words.number();
    else if (what == "trades")
        limits.trades = words.number();
    else
        return false;
    return true;
}

}  // namespace

void apply_setting(Words& words, txn::VenueSettings& settings) {
    const VenueScriptParser values{settings};
    const auto account = [&] { return words.take_number_of('A').value(); };
    if (words.take_if("fees")) return apply_to(settings.fees, words, settings);
    if (words.take_if("short")) {
        const txn::AccountId who{account()};
        const txn::AssetId what = values.asset(words.take());
        settings.short_limits.push_back({who, what, VenueScriptParser::scaled(words.take(), 18)});
    } else if (words.take_if("position")) {
        const txn::AccountId who{account()};
        const txn::InstrumentId what = values.instrument(words.take());
        settings.position_limits.push_back({who, what, values.quantity(what, words.take())});
    } else if (const auto who = words.take_number_of('A')) {
        txn::AccountSettings& its = settings.accounts.at(*who);
        if (words.take_if("orders")) its.orders_max = static_cast<std::uint32_t>(words.number());
        if (words.take_if("worth")) its.notional_max = VenueScriptParser::scaled(words.take(), 18);
    } else if (const auto session = words.take_number_of('S')) {
        if (!words.take_if("orders")) fail("a session has a number of orders");
        settings.sessions.at(*session).orders_max = static_cast<std::uint32_t>(words.number());
    } else if (const std::string what = words.take(); !apply_limit(what, words, settings.limits)) {
        const txn::InstrumentId id = values.instrument(what);
        apply_to(settings.instruments.at(std::size_t(id)), words, values, id);
    }
}

}  // namespace tickweir::tests
