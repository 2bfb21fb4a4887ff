// Reads the text of stored settings back: any bytes, line by line.
#include <algorithm>
#include <array>
#include <charconv>
#include <type_traits>

#include "gateway/venue/stored_settings.hpp"

namespace tickweir::gateway {
namespace {

using txn::Int128;

/// The words of one line, taken in order; what is wrong first is kept.
class Words {
public:
    explicit Words(std::string_view line) : rest_{line} {}

    std::string_view word() {
        const std::size_t end = std::min(rest_.find(' '), rest_.size());
        const std::string_view found = rest_.substr(0, end);
        rest_.remove_prefix(std::min(end + 1, rest_.size()));
        if (found.empty()) fail("a value is missing");
        return found;
    }

    std::string name() {
        const std::string_view text = word();
        if (text == "%") return {};
        std::string out;
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (text[i] != '%') {
                out += text[i];
                continue;
            }
            const std::string_view digits = text.substr(i + 1, 2);
            unsigned byte = 0;
            const auto* const end = digits.data() + digits.size();
            if (digits.size() != 2 || std::from_chars(digits.data(), end, byte, 16).ptr != end)
                fail("'" + std::string{text} + "' is no name");
            out += static_cast<char>(byte);
            i += 2;
        }
        return out;
    }

    template <class T>
    void number(T& out) {
        if constexpr (std::is_enum_v<T>) {
            std::underlying_type_t<T> value{};
            number(value);
            out = static_cast<T>(value);
        } else {
            const std::string_view text = word();
            const auto* const end = text.data() + text.size();
            const auto read = std::from_chars(text.data(), end, out);
            if (read.ec != std::errc{} || read.ptr != end)
                fail("'" + std::string{text} + "' is no number that fits");
        }
    }

    void wide(Int128& out) {
        std::string_view text = word();
        const bool negative = text.starts_with('-');
        const std::string_view digits = text.substr(negative ? 1 : 0);
        // 38 digits always fit.
        if (digits.empty() || digits.size() > 38 ||
            digits.find_first_not_of("0123456789") != digits.npos)
            return fail("'" + std::string{text} + "' is no number that fits");
        Int128 value = 0;
        for (const char digit : digits)
            value = value * 10 + (digit - '0');
        out = negative ? -value : value;
    }

    void end() {
        if (!rest_.empty()) fail("'" + std::string{rest_} + "' is too much");
    }
    void fail(std::string what) {
        if (fault_.empty()) fault_ = std::move(what);
    }
    const std::string& fault() const { return fault_; }

private:
    std::string_view rest_;
    std::string fault_;
};

void read_log(Words& words, txn::VenueSettings& venue) {
    words.number(venue.log_number);
    words.number(venue.shard);
}

void read_limits(Words& words, txn::VenueSettings& venue) {
    txn::VenueLimits& limits = venue.limits;
    words.number(limits.orders);
    words.number(limits.window);
    words.number(limits.balances);
    words.number(limits.positions);
    words.number(limits.client_ids);
    words.number(limits.trades);
    words.number(limits.effects);
    words.number(limits.seed);
}

void read_fees(Words& words, txn::VenueSettings& venue) {
    words.number(venue.fees.maker_millionths);
    words.number(venue.fees.taker_millionths);
    words.number(venue.fees.account);
    words.number(venue.fees.rounding);
    if (venue.fees.rounding > book::exact::Rounding::zero_five_up)
        words.fail("there is no such rounding");
}

void read_asset(Words& words, txn::VenueSettings& venue) {
    txn::AssetSettings& asset = venue.assets.emplace_back();
    asset.name = words.name();
    words.number(asset.decimals);
}

void read_instrument(Words& words, txn::VenueSettings& venue) {
    txn::InstrumentSettings& instrument = venue.instruments.emplace_back();
    instrument.symbol = words.name();
    words.number(instrument.base);
    words.number(instrument.quote);
    words.number(instrument.price_decimals);
    words.number(instrument.quantity_decimals);
    words.number(instrument.tick.ticks);
    words.number(instrument.lot.lots);
    words.number(instrument.reference.ticks);
    words.number(instrument.collar_millionths);
    words.number(instrument.band_millionths);
    std::int64_t window = 0;
    words.number(window);
    instrument.band_window = std::chrono::nanoseconds{window};
    std::int64_t pause = 0;
    words.number(pause);
    instrument.pause = std::chrono::nanoseconds{pause};
    words.number(instrument.quantity_max.lots);
    words.wide(instrument.notional_max);
}

void read_account(Words& words, txn::VenueSettings& venue) {
    txn::AccountSettings& account = venue.accounts.emplace_back();
    account.name = words.name();
    words.number(account.orders_max);
    words.wide(account.notional_max);
}

void read_session(Words& words, txn::VenueSettings& venue) {
    txn::SessionSettings& session = venue.sessions.emplace_back();
    session.name = words.name();
    words.number(session.orders_max);
}

void read_short_limit(Words& words, txn::VenueSettings& venue) {
    txn::ShortLimit& limit = venue.short_limits.emplace_back();
    words.number(limit.account);
    words.number(limit.asset);
    words.wide(limit.amount);
}

void read_position_limit(Words& words, txn::VenueSettings& venue) {
    txn::PositionLimit& limit = venue.position_limits.emplace_back();
    words.number(limit.account);
    words.number(limit.instrument);
    words.number(limit.quantity.lots);
}

struct Kind {
    std::string_view name;
    void (*read)(Words&, txn::VenueSettings&);
};
constexpr std::array kinds{Kind{"log", read_log},
                           Kind{"limits", read_limits},
                           Kind{"fees", read_fees},
                           Kind{"asset", read_asset},
                           Kind{"instrument", read_instrument},
                           Kind{"account", read_account},
                           Kind{"session", read_session},
                           Kind{"short_limit", read_short_limit},
                           Kind{"position_limit", read_position_limit}};

/// What is wrong with a line behind the first one, or an empty text.
std::string read_line(std::string_view line, StoredSettings& out) {
    Words words{line};
    const std::string_view kind = words.word();
    if (kind == "shards") {
        words.number(out.shards);
        if (out.shards == 0) words.fail("no shard");
    } else {
        const auto* const found = std::ranges::find(kinds, kind, &Kind::name);
        if (found == kinds.end()) return "'" + std::string{kind} + "' is no kind of line";
        found->read(words, out.venue);
    }
    words.end();
    return words.fault();
}

/// The first line tells whether this program knows the others.
std::string read_version(std::string_view line) {
    Words words{line};
    if (words.word() != settings_word) return "these are no settings";
    unsigned number = 0;
    words.number(number);
    words.end();
    if (words.fault().empty() && number != settings_version)
        return "version " + std::to_string(number) + ", this program knows " +
               std::to_string(settings_version);
    return words.fault();
}

}  // namespace

std::optional<StoredSettings> parse_settings(std::string_view text, std::string& fault) {
    const std::size_t end = text.size() < 2 ? text.npos : text.rfind('\n', text.size() - 2);
    const std::string_view body = end == text.npos ? std::string_view{} : text.substr(0, end + 1);
    // A newer version may end otherwise.
    if (fault = read_version(text.substr(0, text.find('\n'))); !fault.empty()) return std::nullopt;
    if (text.substr(body.size()) != settings_end(body)) {
        fault = "the checksum at the end is wrong";
        return std::nullopt;
    }
    StoredSettings settings;
    std::size_t number = 0;
    for (std::string_view rest = body; !rest.empty();) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(line.size() + 1);
        if (++number == 1) continue;
        if (fault = read_line(line, settings); fault.empty()) continue;
        fault = "line " + std::to_string(number) + ": " + fault;
        return std::nullopt;
    }
    return settings;
}

}  // namespace tickweir::gateway
