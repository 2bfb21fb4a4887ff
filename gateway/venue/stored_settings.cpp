#include "gateway/venue/stored_settings.hpp"

#include <array>
#include <cstdio>
#include <span>
#include <type_traits>
#include <vector>

#include "txn/io/crc32c.hpp"
#include "txn/io/write_beside.hpp"

namespace tickweir::gateway {
namespace {

using txn::Int128;

/// One word without blanks, whatever the name; the empty one is a single mark.
std::string encoded(std::string_view name) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out = name.empty() ? "%" : "";
    for (const char c : name) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
        const auto byte = static_cast<unsigned char>(c);
        if (plain)
            out += c;
        else
            out.append(1, '%').append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
    }
    return out;
}

std::string int128_text(Int128 value) {
    if (value == 0) return "0";
    auto rest = static_cast<book::exact::Uint128>(value < 0 ? -value : value);
    std::string out;
    for (; rest != 0; rest /= 10)
        out.insert(out.begin(), static_cast<char>('0' + static_cast<int>(rest % 10)));
    return value < 0 ? '-' + out : out;
}

/// A line: its kind and the words behind it.
class Line {
public:
    Line(std::string& out, std::string_view kind) : out_{out} { out_ += kind; }
    Line(const Line&) = delete;
    Line& operator=(const Line&) = delete;
    ~Line() { out_ += '\n'; }

    Line& name(std::string_view text) { return add(encoded(text)); }
    Line& wide(Int128 value) { return add(int128_text(value)); }
    template <class T>
    Line& number(T value) {
        if constexpr (std::is_enum_v<T>)
            return add(std::to_string(static_cast<std::underlying_type_t<T>>(value)));
        else
            return add(std::to_string(value));
    }

private:
    Line& add(const std::string& word) {
        out_.append(1, ' ').append(word);
        return *this;
    }
    std::string& out_;
};

void write_venue(std::string& out, const txn::VenueSettings& venue) {
    Line{out, "log"}.number(venue.log_number).number(venue.shard);
    const txn::VenueLimits& limits = venue.limits;
    Line{out, "limits"}
        .number(limits.orders)
        .number(limits.window)
        .number(limits.balances)
        .number(limits.positions)
        .number(limits.client_ids)
        .number(limits.trades)
        .number(limits.effects)
        .number(limits.seed);
    Line{out, "fees"}
        .number(venue.fees.maker_millionths)
        .number(venue.fees.taker_millionths)
        .number(venue.fees.account)
        .number(venue.fees.rounding);
}

void write_instrument(std::string& out, const txn::InstrumentSettings& instrument) {
    Line{out, "instrument"}
        .name(instrument.symbol)
        .number(instrument.base)
        .number(instrument.quote)
        .number(instrument.price_decimals)
        .number(instrument.quantity_decimals)
        .number(instrument.tick.ticks)
        .number(instrument.lot.lots)
        .number(instrument.reference.ticks)
        .number(instrument.collar_millionths)
        .number(instrument.band_millionths)
        .number(instrument.band_window.count())
        .number(instrument.pause.count())
        .number(instrument.quantity_max.lots)
        .wide(instrument.notional_max);
}

}  // namespace

std::string settings_end(std::string_view before) {
    std::array<char, 16> text{};
    const auto bytes = std::as_bytes(std::span{before.data(), before.size()});
    std::snprintf(text.data(), text.size(), "end %08x\n", txn::io::crc32c(bytes));
    return text.data();
}

std::string settings_text(const StoredSettings& settings) {
    const txn::VenueSettings& venue = settings.venue;
    std::string out;
    Line{out, settings_word}.number(settings_version);
    Line{out, "shards"}.number(settings.shards);
    write_venue(out, venue);
    for (const txn::AssetSettings& asset : venue.assets)
        Line{out, "asset"}.name(asset.name).number(asset.decimals);
    for (const txn::InstrumentSettings& instrument : venue.instruments)
        write_instrument(out, instrument);
    for (const txn::AccountSettings& account : venue.accounts)
        Line{out, "account"}
            .name(account.name)
            .number(account.orders_max)
            .wide(account.notional_max);
    for (const txn::SessionSettings& session : venue.sessions)
        Line{out, "session"}.name(session.name).number(session.orders_max);
    for (const txn::ShortLimit& limit : venue.short_limits)
        Line{out, "short_limit"}.number(limit.account).number(limit.asset).wide(limit.amount);
    for (const txn::PositionLimit& limit : venue.position_limits)
        Line{out, "position_limit"}
            .number(limit.account)
            .number(limit.instrument)
            .number(limit.quantity.lots);
    return out + settings_end(out);
}

std::string settings_path(const std::string& data) {
    return data + "/venue.settings";
}

ReadSettings read_settings(txn::io::Files& files, const std::string& data) {
    const std::string path = settings_path(data);
    const auto file = files.open(path, {.mode = txn::io::OpenMode::read});
    if (!file) {
        if (file.error().kind == txn::io::IoErrorKind::not_found) return {};
        return {std::nullopt, txn::io::to_string(file.error())};
    }
    const auto size = (*file)->size();
    if (!size) return {std::nullopt, txn::io::to_string(size.error())};
    if (*size > stored_settings_bytes_max)
        return {std::nullopt, path + ": longer than settings ever are"};
    std::vector<char> bytes(*size);
    const auto read = (*file)->read_at(0, std::as_writable_bytes(std::span{bytes}));
    if (!read) return {std::nullopt, txn::io::to_string(read.error())};
    ReadSettings found;
    found.settings = parse_settings({bytes.data(), *read}, found.fault);
    if (!found.settings) found.fault = path + ": " + found.fault;
    return found;
}

std::string write_settings(txn::io::Files& files, const std::string& data,
                           const StoredSettings& settings) {
    const std::string text = settings_text(settings);
    const auto bytes = std::as_bytes(std::span{text.data(), text.size()});
    const auto written = txn::io::write_beside(files, settings_path(data), bytes);
    return written ? std::string{} : txn::io::to_string(written.error());
}

}  // namespace tickweir::gateway
