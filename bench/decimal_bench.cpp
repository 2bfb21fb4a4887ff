// Exact numbers at typical money sizes beside GCC's _Decimal128 (IEEE 754, binary integer decimal)
// on the same operands. Each contender's results are checked against the other's.
#include <benchmark/benchmark.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "book/exact/decimal.hpp"

namespace tickweir::bench {
namespace {

using book::exact::Decimal;
using book::exact::Rounding;

__extension__ typedef float Decimal128 __attribute__((mode(TD)));

constexpr std::size_t operands = 1024;

/// Prices with 4 decimals up to 10,000, quantities of up to a million with 2, balances with 18.
struct Operands {
    std::vector<Decimal> prices;
    std::vector<Decimal> quantities;
    std::vector<Decimal> balances;
};

const Operands& money() {
    static const Operands all = [] {
        std::mt19937_64 random{7};
        Operands out;
        for (std::size_t i = 0; i < operands; ++i) {
            const auto below = [&](std::uint64_t n) {
                return static_cast<std::int64_t>(random() % n);
            };
            out.prices.emplace_back(below(100'000'000), 4);
            out.quantities.emplace_back(below(100'000'000), 2);
            const auto whole = static_cast<book::exact::Int128>(below(1'000'000'000'000));
            out.balances.push_back(
                Decimal::of(whole * 1'000'000'000'000'000'000 + below(1'000'000'000'000'000'000),
                            18)
                    .value);
        }
        return out;
    }();
    return all;
}

Decimal128 of_integer(std::int64_t n) {
    return static_cast<Decimal128>(n);
}

Decimal128 to_decimal128(const Decimal& number) {
    Decimal128 scale = of_integer(1);
    for (unsigned i = 0; i < number.scale(); ++i)
        scale *= of_integer(10);
    // The high part is below 2^64 for these operands, so every step is exact.
    const auto high = static_cast<std::int64_t>(number.coefficient() >> 62);
    const auto low =
        static_cast<std::int64_t>(number.coefficient() & ((book::exact::Int128{1} << 62) - 1));
    return (of_integer(high) * of_integer(std::int64_t{1} << 62) + of_integer(low)) / scale;
}

std::vector<Decimal128> to_decimal128(const std::vector<Decimal>& numbers) {
    std::vector<Decimal128> out;
    for (const Decimal& one : numbers)
        out.push_back(to_decimal128(one));
    return out;
}

void must(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "decimal_bench: %s\n", what);
    std::exit(1);
}

template <class T, class Step>
void go_over(benchmark::State& state, const std::vector<T>& a, const std::vector<T>& b,
             Step&& step) {
    std::size_t i = 0;
    for (auto _ : state) {
        auto result = step(a[i], b[i]);
        benchmark::DoNotOptimize(result);
        i = (i + 1) % operands;
    }
}

void nothing(benchmark::State& state) {
    go_over(state, money().prices, money().quantities,
            [](const Decimal& a, const Decimal&) { return a; });
}
BENCHMARK(nothing);

void add_balances(benchmark::State& state) {
    for (std::size_t i = 0; i + 1 < operands; ++i)
        must(to_decimal128(add(money().balances[i], money().balances[i + 1]).value) ==
                 to_decimal128(money().balances[i]) + to_decimal128(money().balances[i + 1]),
             "sums differ");
    go_over(state, money().balances, money().balances,
            [](const Decimal& a, const Decimal& b) { return add(a, b); });
}
BENCHMARK(add_balances);

void add_at_different_scales(benchmark::State& state) {
    go_over(state, money().balances, money().prices,
            [](const Decimal& a, const Decimal& b) { return add(a, b); });
}
BENCHMARK(add_at_different_scales);

void add_decimal128(benchmark::State& state) {
    const auto balances = to_decimal128(money().balances);
    go_over(state, balances, balances, [](Decimal128 a, Decimal128 b) { return a + b; });
}
BENCHMARK(add_decimal128);

void multiply_price_by_quantity(benchmark::State& state) {
    for (std::size_t i = 0; i < operands; ++i)
        must(to_decimal128(multiply(money().prices[i], money().quantities[i]).value) ==
                 to_decimal128(money().prices[i]) * to_decimal128(money().quantities[i]),
             "products differ");
    go_over(state, money().prices, money().quantities,
            [](const Decimal& a, const Decimal& b) { return multiply(a, b); });
}
BENCHMARK(multiply_price_by_quantity);

void multiply_decimal128(benchmark::State& state) {
    go_over(state, to_decimal128(money().prices), to_decimal128(money().quantities),
            [](Decimal128 a, Decimal128 b) { return a * b; });
}
BENCHMARK(multiply_decimal128);

void multiply_balance_by_rate_rounded(benchmark::State& state) {
    const std::vector<Decimal> rates(operands, Decimal{25, 4});
    go_over(state, money().balances, rates, [](const Decimal& a, const Decimal& b) {
        return multiply(a, b, 18, Rounding::half_even);
    });
}
BENCHMARK(multiply_balance_by_rate_rounded);

void divide_rounded(benchmark::State& state) {
    go_over(state, money().balances, money().quantities, [](const Decimal& a, const Decimal& b) {
        return divide(a, b, 8, Rounding::half_even);
    });
}
BENCHMARK(divide_rounded);

void divide_decimal128(benchmark::State& state) {
    go_over(state, to_decimal128(money().balances), to_decimal128(money().quantities),
            [](Decimal128 a, Decimal128 b) { return a / b; });
}
BENCHMARK(divide_decimal128);

void quantize_product(benchmark::State& state) {
    std::vector<Decimal> products;
    for (std::size_t i = 0; i < operands; ++i)
        products.push_back(multiply(money().prices[i], money().quantities[i]).value);
    go_over(state, products, products,
            [](const Decimal& a, const Decimal&) { return quantize(a, 2, Rounding::half_even); });
}
BENCHMARK(quantize_product);

void quantize_balance(benchmark::State& state) {
    go_over(state, money().balances, money().balances,
            [](const Decimal& a, const Decimal&) { return quantize(a, 2, Rounding::half_even); });
}
BENCHMARK(quantize_balance);

void print(benchmark::State& state, const std::vector<Decimal>& numbers) {
    std::array<char, book::exact::number_text_max> text;
    go_over(state, numbers, numbers, [&](const Decimal& a, const Decimal&) {
        const std::size_t length = write_number(a, text.data());
        benchmark::ClobberMemory();
        return length;
    });
}
BENCHMARK_CAPTURE(print, price, money().prices);
BENCHMARK_CAPTURE(print, balance, money().balances);

void parse_price(benchmark::State& state) {
    std::vector<std::string> texts;
    for (const Decimal& price : money().prices) {
        texts.push_back(to_fixed_text(price));
        must(book::exact::parse_number(texts.back()).value == price, "text differs");
    }
    go_over(state, texts, texts,
            [](const std::string& a, const std::string&) { return book::exact::parse_number(a); });
}
BENCHMARK(parse_price);

}  // namespace
}  // namespace tickweir::bench

BENCHMARK_MAIN();
