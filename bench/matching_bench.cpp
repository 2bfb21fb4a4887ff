// Matching alone, beside the textbook matcher on the same trace: nanoseconds an operation, and the
// slowest ones. Both say at the end what traded and what is left open, which has to be the same.
#include <x86intrin.h>

#include <cstdlib>
#include <memory>

#include "bench/matching_trace.hpp"
#include "bench/rounds.hpp"
#include "book/matching.hpp"

namespace tickweir::bench {
namespace {

/// The matcher as a venue without accounts would use it.
class Matcher {
public:
    explicit Matcher(const TraceShape& shape)
        : books_{{.instruments = shape.instruments,
                  .orders = std::size_t{1} << 22,
                  .levels = std::size_t{1} << 21,
                  .window = std::size_t{1} << 22}} {
        plan_.matches.reserve(256);
    }

    std::int64_t place(const Operation& op) {
        const book::InstrumentId instrument{op.instrument};
        const book::Side side = op.is_buy ? book::Side::buy : book::Side::sell;
        book::Quantity left{op.quantity};
        if (book::crosses(books_, instrument, side, {op.price})) {
            book::plan_matches(books_, book::PlainOwners{},
                               {.instrument = instrument,
                                .side = side,
                                .limit = {op.price},
                                .quantity = left,
                                .owner = op.owner,
                                .self_match = book::SelfMatch::cancel_incoming},
                               plan_);
            for (const book::Match& match : plan_.matches)
                books_.execute(instrument, match.order, match.quantity);
            left = plan_.left;
        }
        if (left.lots != 0)
            books_.add(instrument, book::OrderId{op.order}, side, {op.price}, left,
                       book::Participant{0});
        return op.quantity - left.lots;
    }
    bool cancel(const Operation& op) {
        return books_.remove(book::InstrumentId{op.instrument}, book::OrderId{op.order}).ok();
    }
    void reset() { books_.reset(); }
    std::size_t open() const { return books_.open_orders(); }

private:
    book::BookSet books_;
    book::MatchPlan plan_;
};

struct Sums {
    std::int64_t traded = 0;
    std::uint64_t cancelled = 0;
    friend bool operator==(const Sums&, const Sums&) = default;
};

void run(Matcher& matcher, const std::vector<Operation>& operations, Sums& sums) {
    for (const Operation& op : operations)
        if (op.is_cancel)
            sums.cancelled += matcher.cancel(op);
        else
            sums.traded += matcher.place(op);
}
void run(TextbookMatcher& matcher, const std::vector<Operation>& operations, Sums& sums) {
    for (const Operation& op : operations)
        if (op.is_cancel)
            sums.cancelled += matcher.cancel(op.order);
        else
            sums.traded += matcher.place(op);
}

/// Ticks of the time-stamp counter a nanosecond.
double ticks_per_ns() {
    const auto begin = std::chrono::steady_clock::now();
    const std::uint64_t first = __rdtsc();
    while (std::chrono::steady_clock::now() - begin < std::chrono::milliseconds{50}) {
    }
    const std::uint64_t ticks = __rdtsc() - first;
    return static_cast<double>(ticks) /
           std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - begin)
               .count();
}

void print_slowest(const char* name, Matcher& matcher, const std::vector<Operation>& operations) {
    std::vector<std::uint32_t> ticks;
    ticks.reserve(operations.size());
    std::int64_t sum = 0;
    for (const Operation& op : operations) {
        const std::uint64_t begin = __rdtsc();
        sum += op.is_cancel ? std::int64_t{matcher.cancel(op)} : matcher.place(op);
        ticks.push_back(static_cast<std::uint32_t>(__rdtsc() - begin));
    }
    asm volatile("" : : "r"(sum));
    std::sort(ticks.begin(), ticks.end());
    const double scale = ticks_per_ns();
    const auto at = [&](double share) {
        return static_cast<double>(
                   ticks[static_cast<std::size_t>(share * static_cast<double>(ticks.size() - 1))]) /
               scale;
    };
    std::printf("%-58s p50 %.0f  p99 %.0f  p99.9 %.0f ns, the clock's own time included\n", name,
                at(0.5), at(0.99), at(0.999));
}

bool compare(const char* name, const TraceShape& shape, unsigned rounds) {
    const Trace trace = TraceMaker{shape}.make();
    Matcher matcher{shape};
    auto textbook = std::make_unique<TextbookMatcher>(shape.instruments);
    Sums ours;
    Sums theirs;
    Sums ignored;
    std::vector<Contender> contenders;
    contenders.push_back({std::string{"plan and apply, "} + name,
                          [&] {
                              matcher.reset();
                              run(matcher, trace.fill, ignored);
                              ours = {};
                          },
                          [&] { run(matcher, trace.operations, ours); }});
    contenders.push_back({std::string{"std::map + std::list + unordered_map, "} + name,
                          [&] {
                              textbook = std::make_unique<TextbookMatcher>(shape.instruments);
                              run(*textbook, trace.fill, ignored);
                              theirs = {};
                          },
                          [&] { run(*textbook, trace.operations, theirs); }});
    measure(contenders, trace.operations.size(), rounds);
    print(contenders, 0);
    const bool same = ours == theirs && matcher.open() == textbook->open();
    std::printf("%zu operations: %lld traded, %llu cancelled, %zu open: %s\n",
                trace.operations.size(), static_cast<long long>(ours.traded),
                static_cast<unsigned long long>(ours.cancelled), matcher.open(),
                same ? "the same" : "DIFFERENT");
    matcher.reset();
    run(matcher, trace.fill, ignored);
    print_slowest(name, matcher, trace.operations);
    return same;
}

}  // namespace
}  // namespace tickweir::bench

int main() {
    using namespace tickweir::bench;
    pin_to(0);
    bool same = compare("1 instrument, 10,000 open", {1, 10'000, 2'000'000}, 5);
    same &= compare("1,000 instruments, 700,000 open", {1'000, 700'000, 2'000'000}, 3);
    return same ? EXIT_SUCCESS : EXIT_FAILURE;
}
