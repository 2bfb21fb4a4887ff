// Chance, the same on every machine: a 64-bit generator and curves to draw from, integers only. The
// standard's distributions and the mathematics library give other numbers elsewhere.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace tickweir::replay::simulator {

/// xoshiro256** of Blackman and Vigna, seeded through splitmix64 as they advise.
class Random {
public:
    explicit Random(std::uint64_t seed) {
        for (std::uint64_t& word : state_) {
            seed += 0x9e3779b97f4a7c15;
            std::uint64_t z = seed;
            z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
            z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
            word = z ^ (z >> 31);
        }
    }

    std::uint64_t next() {
        const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
        const std::uint64_t shifted = state_[1] << 17;
        state_[2] ^= state_[0];
        state_[3] ^= state_[1];
        state_[1] ^= state_[2];
        state_[0] ^= state_[3];
        state_[2] ^= shifted;
        state_[3] = std::rotl(state_[3], 45);
        return result;
    }

    /// Below `bound`, which is not 0. Off the uniform by less than bound / 2^32.
    std::uint32_t below(std::uint32_t bound) {
        return static_cast<std::uint32_t>(((next() >> 32) * bound) >> 32);
    }

    /// True that many times in a million.
    bool chance(std::uint32_t ppm) { return below(1'000'000) < ppm; }

private:
    std::array<std::uint64_t, 4> state_{};
};

/// A point of an inverse distribution: `share_ppm` of all draws are below `value`.
struct Knot {
    std::uint32_t share_ppm;
    std::uint64_t value;  ///< below 2^44, so that products with a share fit
};

/// An inverse distribution function, straight between its knots, which run from 0 to 1,000,000 ppm.
/// A draw is rounded down: between the values 0 and 1 it is 0.
template <std::size_t Count>
struct Curve {
    std::array<Knot, Count> knots;

    /// The value at a share; `ppm` is below 1,000,000.
    constexpr std::uint64_t at(std::uint32_t ppm) const {
        std::size_t i = 1;
        while (ppm >= knots[i].share_ppm)
            ++i;
        const Knot& low = knots[i - 1];
        const Knot& high = knots[i];
        return low.value +
               (high.value - low.value) * (ppm - low.share_ppm) / (high.share_ppm - low.share_ppm);
    }

    std::uint64_t draw(Random& random) const { return at(random.below(1'000'000)); }

    /// The mean of all draws, times 1,000.
    constexpr std::uint64_t mean_times_1000() const {
        std::uint64_t sum = 0;
        for (std::size_t i = 1; i < Count; ++i)
            sum += (knots[i].value + knots[i - 1].value) *
                   (knots[i].share_ppm - knots[i - 1].share_ppm) / 2'000;
        return sum;
    }
};

template <class... Knots>
Curve(Knots...) -> Curve<sizeof...(Knots)>;

/// Whether knots ascend and cover all shares; for static_assert.
template <std::size_t Count>
constexpr bool well_formed(const Curve<Count>& curve) {
    for (std::size_t i = 1; i < Count; ++i)
        if (curve.knots[i].share_ppm <= curve.knots[i - 1].share_ppm ||
            curve.knots[i].value < curve.knots[i - 1].value ||
            curve.knots[i].value >= std::uint64_t{1} << 44)
            return false;
    return curve.knots[0].share_ppm == 0 && curve.knots[Count - 1].share_ppm == 1'000'000;
}

}  // namespace tickweir::replay::simulator
