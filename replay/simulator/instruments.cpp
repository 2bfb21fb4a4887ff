#include "replay/simulator/instruments.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "replay/simulator/tables.hpp"

namespace tickweir::replay::simulator {
namespace {

struct KnownName {
    std::string_view symbol;
    std::uint32_t dollars;
    bool pool;
};

// By activity. Prices are of the right order of magnitude, no more.
constexpr std::array known_names{
    KnownName{"AAPL", 189, false},  KnownName{"SPY", 445, true},   KnownName{"QQQ", 372, true},
    KnownName{"TSLA", 241, false},  KnownName{"MSFT", 328, false}, KnownName{"AMD", 108, false},
    KnownName{"NVDA", 467, false},  KnownName{"AMZN", 135, false}, KnownName{"META", 301, false},
    KnownName{"GOOGL", 131, false}, KnownName{"INTC", 34, false},  KnownName{"IWM", 186, true},
    KnownName{"CSCO", 54, false},   KnownName{"MU", 67, false},    KnownName{"BAC", 29, false},
    KnownName{"F", 12, false},      KnownName{"NFLX", 410, false}, KnownName{"XLF", 33, true},
    KnownName{"PFE", 37, false},    KnownName{"T", 14, false},     KnownName{"QCOM", 112, false},
    KnownName{"JPM", 147, false},   KnownName{"XOM", 108, false},  KnownName{"C", 42, false},
    KnownName{"ADBE", 515, false},  KnownName{"PYPL", 60, false},  KnownName{"GM", 33, false},
    KnownName{"WMT", 157, false},   KnownName{"DIS", 86, false},   KnownName{"KO", 60, false},
    KnownName{"SBUX", 96, false},   KnownName{"COST", 545, false}};

/// Made-up symbols, all different: a walk through all words of four letters in leaps that share no
/// factor with their number; some are cut to three where the walk allows.
class SymbolMaker {
public:
    explicit SymbolMaker(Random& random) : at_{random.below(words)} {}

    Symbol next() {
        for (;;) {
            at_ = (at_ + leap) % words;
            const Symbol symbol = spell(at_);
            if (!known(symbol)) return symbol;
        }
    }

private:
    static constexpr std::uint32_t words = 26 * 26 * 26 * 26;
    static constexpr std::uint32_t leap = 172'901;  // coprime to 2 and 13

    /// Words that start with Z or end with X lose that letter, which keeps them apart from each
    /// other: what is left of the first kind has a vowel last, of the second none.
    static Symbol spell(std::uint32_t word) {
        std::array<char, 4> letters;
        for (char& letter : letters) {
            letter = static_cast<char>('A' + word % 26);
            word /= 26;
        }
        constexpr std::string_view vowels = "AEIOU";
        const std::string_view text{letters.data(), letters.size()};
        if (text[0] == 'Z' && vowels.find(text[3]) != vowels.npos) return Symbol{text.substr(1)};
        if (text[3] == 'X' && vowels.find(text[2]) == vowels.npos) return Symbol{text.substr(0, 3)};
        return Symbol{text};
    }

    static bool known(const Symbol& symbol) {
        return std::any_of(known_names.begin(), known_names.end(),
                           [&](const KnownName& name) { return symbol == name.symbol; });
    }

    std::uint32_t at_;
};

/// One tick for the active names, wider for quiet and for expensive ones, up to some 30.
std::uint32_t spread_of(const Instrument& instrument, Random& random) {
    if (instrument.rank < 100 && instrument.start4 < 3'000'000) return 1;
    const std::uint32_t by_price = instrument.start4 / instrument.tick4 / 10'000;
    const std::uint32_t by_rank = instrument.rank < 1'000 ? 2 : 6;
    return 1 + random.below(by_rank + 2 * by_price);
}

void set_price(Instrument& instrument, Random& random) {
    if (instrument.start4 == 0)
        instrument.start4 = static_cast<std::uint32_t>(random.chance(sub_dollar_ppm)
                                                           ? sub_dollar_price4.draw(random)
                                                           : dollar_price4.draw(random));
    instrument.tick4 = instrument.start4 < 10'000 ? 1 : 100;
    instrument.start4 -= instrument.start4 % instrument.tick4;
    instrument.bid4 = instrument.start4;
    instrument.spread_ticks = spread_of(instrument, random);
}

/// Activity falls with the rank as 1 / (rank + c), and faster for the quiet half; `c` is such that
/// large markets have the top name of the real day, and small ones still an uneven field.
std::uint64_t weight_of(std::uint32_t rank, std::uint32_t count) {
    constexpr std::uint64_t one = std::uint64_t{1} << 40;
    constexpr std::uint32_t real_count = 8'916;
    // In tenths: 2 for a handful of instruments, 38 for all of NASDAQ's.
    const std::uint64_t c10 = 20 + std::uint64_t{360} * std::min(count, real_count) / real_count;
    const std::uint64_t weight = one * 10 / (std::uint64_t{rank} * 10 + c10);
    return weight / 100 * (100 - std::uint64_t{85} * rank / count);
}

}  // namespace

InstrumentTable::InstrumentTable(std::uint32_t count, Random random) : all_(count) {
    SymbolMaker maker{random};
    for (std::uint32_t rank = 0; rank < count; ++rank) {
        Instrument& instrument = all_[rank];
        instrument.rank = rank;
        if (rank < known_names.size()) {
            instrument.symbol = Symbol{known_names[rank].symbol};
            instrument.start4 = known_names[rank].dollars * 10'000 + random.below(100) * 100;
            instrument.pool = known_names[rank].pool;
        } else {
            instrument.symbol = maker.next();
            instrument.pool = random.chance(250'000);
        }
        set_price(instrument, random);
    }
    // No two symbols are equal, so that any sort gives the same order.
    std::sort(all_.begin(), all_.end(), [](const Instrument& a, const Instrument& b) {
        return a.symbol.raw() < b.symbol.raw();
    });
    make_columns();
}

void InstrumentTable::make_columns() {
    const std::uint32_t count = size();
    std::uint64_t total = 0;
    std::vector<std::uint64_t> weights(count);
    for (std::uint32_t i = 0; i < count; ++i)
        total += weights[i] = weight_of(all_[i].rank, count);
    // Scaled so that the mean is 2^32, a column's whole height; what rounding leaves over is given
    // to whoever is left at the end.
    constexpr std::uint64_t full = std::uint64_t{1} << 32;
    const std::uint64_t mean = total / count;
    std::vector<std::uint32_t> low;
    std::vector<std::uint32_t> high;
    for (std::uint32_t i = 0; i < count; ++i) {
        weights[i] = weights[i] / (mean >> 20) << 12;
        (weights[i] < full ? low : high).push_back(i);
    }
    columns_.resize(count);
    while (!low.empty() && !high.empty()) {
        const std::uint32_t small = low.back();
        const std::uint32_t large = high.back();
        low.pop_back();
        columns_[small] = {static_cast<std::uint32_t>(weights[small]), large};
        weights[large] -= full - weights[small];
        if (weights[large] >= full) continue;
        high.pop_back();
        low.push_back(large);
    }
    for (const std::vector<std::uint32_t>* rest : {&low, &high})
        for (const std::uint32_t i : *rest)
            columns_[i] = {0xffff'ffff, i};
}

std::uint32_t InstrumentTable::draw(Random& random) const {
    const std::uint32_t i = random.below(size());
    return static_cast<std::uint32_t>(random.next() >> 32) < columns_[i].threshold
               ? i
               : columns_[i].alias;
}

std::uint32_t InstrumentTable::place_of_rank(std::uint32_t rank) const {
    const auto found =
        std::find_if(all_.begin(), all_.end(), [&](const Instrument& i) { return i.rank == rank; });
    return static_cast<std::uint32_t>(found - all_.begin());
}

}  // namespace tickweir::replay::simulator
