#include "gateway/fix/market_data/desk_parts.hpp"

#include <algorithm>

namespace tickweir::gateway::fix::market_data {

bool fits_field(std::string_view text) {
    const auto plain = [](char c) { return static_cast<unsigned char>(c) >= ' ' && c != '\x7f'; };
    return !text.empty() && std::ranges::all_of(text, plain);
}

std::optional<std::uint32_t> find_instrument(const DeskParts& parts, std::string_view symbol,
                                             std::optional<std::string_view> venue) {
    const std::string_view at = venue.value_or(parts.own_venue);
    if (!fits_field(symbol) || !fits_field(at)) return std::nullopt;
    const auto found = parts.store.instruments().find(at, symbol);
    if (!found) return std::nullopt;
    const auto instrument = static_cast<std::uint32_t>(*found);
    // One that came since instruments were learnt is known with the next turn.
    return instrument < parts.instruments.size() ? std::optional{instrument} : std::nullopt;
}

std::string_view instrument_fields(const DeskParts& parts, std::uint32_t instrument) {
    std::string& fields = parts.subscriptions.listing(instrument).fields;
    if (fields.empty()) {
        const store::Instrument& spec = *parts.instruments[instrument].spec;
        fields.append("55=").append(spec.symbol).append("\x01");
        fields.append("207=").append(spec.venue).append("\x01");
    }
    return fields;
}

}  // namespace tickweir::gateway::fix::market_data
