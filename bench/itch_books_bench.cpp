// The first job measured: books from a day of ITCH in memory. The kept design against the designs
// that lost, against an unchecked loop and against the textbook, in turns within one run.
//
//   itch_books_bench [--messages N] [--rounds N] [--file F.itch] [--core N]
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "bench/every_field.hpp"
#include "bench/flat_books.hpp"
#include "bench/itch_day.hpp"
#include "bench/level_stores.hpp"
#include "bench/order_indexes.hpp"
#include "bench/rounds.hpp"
#include "bench/textbook_books.hpp"
#include "book/order_book.hpp"
#include "gateway/feeds/itch_books.hpp"

namespace {
std::uint64_t allocations = 0;
}

[[gnu::noinline]] void* operator new(std::size_t bytes) {
    ++allocations;
    void* memory = std::malloc(bytes);
    if (memory == nullptr) std::abort();
    return memory;
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
    std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}

namespace tickweir::bench {
namespace {

using Clock = std::chrono::steady_clock;

struct Options {
    DayOptions day;
    unsigned rounds = 5;
    unsigned core = 1;
    bool losers = true;  ///< measure the designs that were not kept, too
};

/// Counts what a client of L1 would be sent.
struct TouchCounter {
    std::uint64_t changes = 0;
    void on_change(const gateway::ItchEvent&, const book::BookChange& change) {
        changes += change.touch_changed;
    }
};

template <class Orders, class Side, std::size_t Ahead = 36>
using Design = gateway::BasicItchBooks<book::BasicBookSet<Orders, Side>, Ahead>;

/// One pass of a design over the day.
template <class Books>
class Pass {
public:
    explicit Pass(const Day& day) : day_{&day}, books_{std::make_unique<Books>()} {}
    Contender contender(std::string name) {
        return {std::move(name),
                [this] {
                    books_->reset();
                    touches_ = {};
                },
                [this] { (void)books_->apply(day_->frames(), touches_); }};
    }
    const Books& books() const { return *books_; }
    Books& books() { return *books_; }
    std::uint64_t touches() const { return touches_.changes; }

private:
    const Day* day_;
    std::unique_ptr<Books> books_;
    TouchCounter touches_;
};

std::uint64_t open_quantity(const gateway::ItchBooks& books) {
    std::uint64_t sum = 0;
    books.instruments().for_each([&](std::uint16_t locate, const gateway::ItchInstrument&) {
        const book::OrderBook view{books.books(), book::InstrumentId{locate}};
        for (const book::Side side : {book::Side::buy, book::Side::sell})
            view.for_each_level(side, [&](const book::Level& level) {
                sum += static_cast<std::uint64_t>(level.open.lots);
            });
    });
    return sum;
}

/// Per message latency of the kept design: the time between two messages leaving the pipeline,
/// look-ahead included, clock included.
struct LatencyListener {
    std::vector<std::uint32_t>* histogram;
    Clock::time_point last = Clock::now();
    void on_change(const gateway::ItchEvent&, const book::BookChange& change) {
        const Clock::time_point now = Clock::now();
        const auto took = static_cast<std::uint64_t>((now - last).count());
        ++(*histogram)[std::min<std::uint64_t>(took, histogram->size() - 1)];
        last = now;
        touches += change.touch_changed;
    }
    std::uint64_t touches = 0;
};

void print_latency(const Day& day, gateway::ItchBooks& books) {
    std::vector<std::uint32_t> histogram(100'000);
    books.reset();
    LatencyListener listener{&histogram};
    (void)books.apply(day.frames(), listener);
    std::uint64_t total = 0;
    for (const std::uint32_t n : histogram)
        total += n;
    std::printf("\nper book event, clock included (ns):");
    std::uint64_t seen = 0;
    std::size_t at = 0;
    for (const auto& [name, share] :
         {std::pair{"p50", 0.5}, std::pair{"p99", 0.99}, std::pair{"p99.9", 0.999}}) {
        const auto wanted = static_cast<std::uint64_t>(static_cast<double>(total) * share);
        while (seen < wanted)
            seen += histogram[at++];
        std::printf("  %s %zu", name, at - 1);
    }
    std::printf("\n");
}

/// The first ones of all: the yardsticks and what was kept.
constexpr std::size_t kept_contenders = 7;

int run(const Options& options) {
    pin_to(options.core);
    std::printf("making the day...\n");
    const Day day = load(options.day);
    std::printf("%llu messages, %zu MB, references up to %llu\n",
                static_cast<unsigned long long>(day.messages), day.used >> 20,
                static_cast<unsigned long long>(day.references));

    FlatBooks flat{day.references};
    auto textbook = std::make_unique<TextbookBooks>();
    Pass<gateway::ItchBooks> kept{day};
    Pass<Design<book::OrderStore, book::SideRows, 0>> kept_blind{day};
    Pass<Design<IndexedOrders<PagedIndex>, book::SideRows>> paged{day};
    Pass<Design<IndexedOrders<HashedIndex>, book::SideRows>> hashed{day};
    Pass<Design<IndexedOrders<HashedIndex>, book::SideRows, 0>> hashed_blind{day};
    Pass<Design<IndexedOrders<StandardIndex>, book::SideRows>> standard{day};
    Pass<Design<book::OrderStore, TreeSide>> tree{day};
    Pass<Design<book::OrderStore, TreeSide, 0>> tree_blind{day};
    Pass<Design<book::OrderStore, LadderSide>> ladder{day};
    Pass<Design<book::OrderStore, LadderSide, 0>> ladder_blind{day};
    Pass<Design<IndexedOrders<WindowIndex>, book::SideRows>> window{day};
    Pass<Design<IndexedOrders<WindowIndex>, book::SideRows, 0>> window_blind{day};
    std::uint64_t sink = 0;
    EveryField fields;

    std::vector<Contender> contenders{
        {"framing only", [] {},
         [&] { for_each_frame(day, [&](codecs::Bytes m) { sink += m.size(); }); }},
        {"decode, every field read", [] {},
         [&] {
             for_each_frame(day, [&](codecs::Bytes m) {
                 sink += static_cast<std::uint64_t>(codecs::itch::decode(m, fields));
             });
         }},
        {"unchecked flat arrays", [&] { flat.reset(); },
         [&] { flat.run<0>(day.begin(), day.end()); }},
        {"unchecked flat arrays, look-ahead", [&] { flat.reset(); },
         [&] { flat.run<12>(day.begin(), day.end()); }},
        {"textbook: unordered_map + map, L2", [&] { textbook = std::make_unique<TextbookBooks>(); },
         [&] { textbook->run(day.begin(), day.end()); }},
        kept.contender("kept: orders in a window + elders, rows, look-ahead"),
        kept_blind.contender("  the same without look-ahead"),
        window.contender("  index: window of handles + elders"),
        window_blind.contender("  index: window of handles + elders, no look-ahead"),
        paged.contender("  index: pages of 1,024 references"),
        hashed.contender("  index: one hash table"),
        hashed_blind.contender("  index: one hash table, no look-ahead"),
        standard.contender("  index: std::unordered_map"),
        ladder.contender("  levels: ladder of cents"),
        ladder_blind.contender("  levels: ladder of cents, no look-ahead"),
        tree.contender("  levels: std::map"),
        tree_blind.contender("  levels: std::map, no look-ahead"),
    };
    if (!options.losers) contenders.resize(kept_contenders);
    measure(contenders, day.messages, options.rounds);
    std::printf("\n");
    print(contenders, 2);

    const bool losers_agree =
        paged.touches() == kept.touches() && hashed.touches() == kept.touches() &&
        tree.touches() == kept.touches() && ladder.touches() == kept.touches() &&
        window.touches() == kept.touches();
    const bool agree = flat.open_quantity() == open_quantity(kept.books()) &&
                       textbook->open_quantity() == flat.open_quantity() &&
                       (losers_agree || !options.losers) &&
                       kept.books().counts().rejected_total() == 0;
    std::printf(
        "\nresults %s: %llu lots open in %zu orders, %llu touch changes\n",
        agree ? "agree" : "DIFFER", static_cast<unsigned long long>(open_quantity(kept.books())),
        kept.books().books().open_orders(), static_cast<unsigned long long>(kept.touches()));

    kept.books().reset();
    const std::uint64_t before = allocations;
    TouchCounter touches;
    (void)kept.books().apply(day.frames(), touches);
    std::printf("allocations in a pass after warm-up: %llu; memory beside the file: %.1f MB\n",
                static_cast<unsigned long long>(allocations - before),
                static_cast<double>(kept.books().committed_bytes()) / 1e6);
    print_latency(day, kept.books());
    return agree && sink + fields.sum != 0 ? 0 : 1;
}

}  // namespace
}  // namespace tickweir::bench

int main(int argc, char** argv) {
    tickweir::bench::Options options;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string name = argv[i];
        if (name == "--messages") options.day.messages = std::strtoull(argv[i + 1], nullptr, 10);
        if (name == "--rounds") options.rounds = static_cast<unsigned>(std::atoi(argv[i + 1]));
        if (name == "--core") options.core = static_cast<unsigned>(std::atoi(argv[i + 1]));
        if (name == "--file") options.day.file = argv[i + 1];
        if (name == "--losers") options.losers = std::atoi(argv[i + 1]) != 0;
    }
    return tickweir::bench::run(options);
}
