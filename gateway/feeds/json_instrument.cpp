#include "gateway/feeds/json_instrument.hpp"

#include <functional>
#include <utility>

namespace tickweir::gateway {

std::size_t JsonInstruments::place_of(std::string_view symbol) const {
    const std::size_t mask = places_.size() - 1;
    std::size_t at = std::hash<std::string_view>{}(symbol)&mask;
    while (places_[at] != 0 && all_[places_[at] - 1]->symbol != symbol)
        at = (at + 1) & mask;
    return at;
}

std::optional<std::uint32_t> JsonInstruments::find(std::string_view symbol) const {
    if (places_.empty()) return std::nullopt;
    const std::uint32_t place = places_[place_of(symbol)];
    if (place == 0) return std::nullopt;
    return place - 1;
}

std::uint32_t JsonInstruments::add(std::unique_ptr<JsonInstrument> instrument) {
    if ((all_.size() + 1) * 2 > places_.size()) grow();
    const auto index = static_cast<std::uint32_t>(all_.size());
    const std::size_t place = place_of(instrument->symbol);
    all_.push_back(std::move(instrument));
    places_[place] = index + 1;
    return index;
}

void JsonInstruments::grow() {
    constexpr std::size_t smallest = 64;
    places_.assign(places_.empty() ? smallest : places_.size() * 2, 0);
    for (std::size_t i = 0; i < all_.size(); ++i)
        places_[place_of(all_[i]->symbol)] = static_cast<std::uint32_t>(i) + 1;
}

}  // namespace tickweir::gateway
