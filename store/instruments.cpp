#include "store/instruments.hpp"

#include <algorithm>

#include "book/decimal.hpp"

namespace tickweir::store {

namespace {

bool acceptable(const Instrument& instrument) {
    const auto fits = [](const std::string& name) {
        return name.size() <= Instruments::name_bytes_max;
    };
    return !instrument.venue.empty() && !instrument.symbol.empty() && fits(instrument.venue) &&
           fits(instrument.symbol) && fits(instrument.base) && fits(instrument.quote) &&
           instrument.price_decimals <= book::decimals_max &&
           instrument.quantity_decimals <= book::decimals_max;
}

}  // namespace

Instruments::Instruments(std::size_t limit)
    : limit_(limit),
      entries_(std::make_unique<Instrument[]>(limit)),
      scalings_(std::make_unique<std::atomic<std::uint64_t>[]>(limit)) {
    by_name_.reserve(limit);
}

std::size_t Instruments::NameHash::operator()(const Name& name) const {
    const std::hash<std::string_view> hash;
    // Odd, so that no bit of the venue's hash is lost, and the pair is not symmetric.
    return hash(name.first) * 0x9e3779b97f4a7c15U + hash(name.second);
}

std::optional<book::InstrumentId> Instruments::add(const Instrument& instrument) {
    const std::lock_guard lock{adding_};
    const auto known = by_name_.find(Name{instrument.venue, instrument.symbol});
    if (known != by_name_.end()) return known->second;

    const std::size_t index =
        count_.load(std::memory_order_relaxed);  // only changed under the lock
    if (index == limit_ || !acceptable(instrument)) {
        refused_.fetch_add(1, std::memory_order_relaxed);
        return std::nullopt;
    }
    Instrument& entry = entries_[index];
    entry = instrument;
    scalings_[index].store(pack({{static_cast<std::uint8_t>(instrument.price_decimals),
                                  static_cast<std::uint8_t>(instrument.quantity_decimals)},
                                 0}),
                           std::memory_order_relaxed);  // seen with the count, as the entry is
    const book::InstrumentId id{static_cast<std::uint32_t>(index)};
    by_name_.emplace(Name{entry.venue, entry.symbol}, id);
    // Release, paired with count(): the entry is whole for those who see it counted.
    count_.store(index + 1, std::memory_order_release);
    return id;
}

std::optional<book::InstrumentId> Instruments::find(std::string_view venue,
                                                    std::string_view symbol) const {
    const std::lock_guard lock{adding_};
    const auto known = by_name_.find(Name{venue, symbol});
    if (known == by_name_.end()) return std::nullopt;
    return known->second;
}

bool Instruments::refine(book::InstrumentId id, Scale scale) {
    const Scaling now = scaling(id);
    const Scale finer{std::max(now.scale.price_decimals, scale.price_decimals),
                      std::max(now.scale.quantity_decimals, scale.quantity_decimals)};
    if (finer == now.scale) return false;
    // Relaxed: the one writer, of a word that says all.
    scalings_[static_cast<std::size_t>(id)].store(pack({finer, now.version + 1}),
                                                  std::memory_order_relaxed);
    return true;
}

std::size_t Instruments::instrument_bytes() {
    // A node of the map is its value, the hash and a link; a bucket is a pointer.
    return sizeof(Instrument) + sizeof(std::uint64_t) + sizeof(Ids::value_type) +
           sizeof(std::size_t) + 2 * sizeof(void*);
}

}  // namespace tickweir::store
