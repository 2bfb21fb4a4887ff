// How fast Binance's frames become events: FrameDecoder beside the same work over RapidJSON's
// in-situ document and over simdjson's On-Demand, and beside On-Demand's bare walk; by kind of
// frame and on the whole capture. The events of all are compared before the clock starts. And how
// fast they become books: JsonBooks, which decodes and applies.
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "bench/json_contenders.hpp"
#include "bench/json_frames.hpp"
#include "bench/rounds.hpp"
#include "codecs/json/frame_decoder.hpp"
#include "gateway/feeds/json_books.hpp"

namespace tickweir::bench {
namespace {

struct Options {
    std::string capture;
    unsigned rounds = 9;
    unsigned core = 1;
};

void must(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "json_bench: %s\n", what);
    std::exit(1);
}

json::VenueId venue_of(const std::string& capture) {
    return capture.find("usdm") != capture.npos ? json::VenueId::binance_usdm
                                                : json::VenueId::binance_spot;
}

/// What this thread computed since the epoch of its clock: other processes' turns do not count.
double thread_ns() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

/// All decoders with what they keep between frames.
struct Decoders {
    explicit Decoders(json::VenueId venue) : ours{venue} {}
    json::FrameDecoder ours;
    RapidDecoder rapid;
    OnDemandDecoder on_demand;
    OnDemandWalk walk;
    json::MarketFrame frame;
};

/// Books that begin each round with the capture's snapshot.
struct BooksUnderTest {
    BooksUnderTest(json::VenueId venue, const JsonAnswer& snapshot)
        : books{{.venue = venue}}, answer{snapshot} {}

    void begin() {
        const book::TimeNs now{};
        books.on_connection_lost(0, now, gateway::NoJsonListener{});
        if (!answer.body.empty())
            (void)books.apply_answer(0, answer.target, answer.text(), now,
                                     gateway::NoJsonListener{});
    }
    void apply(const JsonFrames& frames) {
        for (std::size_t i = 0; i < frames.size(); ++i)
            (void)books.apply_frame(0, frames.at(i), book::TimeNs{}, gateway::NoJsonListener{});
    }
    bool in_sync() const {
        return books.instruments().size() == 1 &&
               books.instruments()[0].state() == gateway::SyncState::in_sync;
    }

    gateway::JsonBooks books;
    JsonAnswer answer;
};

/// What all contenders have to agree on.
struct Totals {
    std::uint64_t frames = 0;
    std::uint64_t rows = 0;
};

Totals compare(Decoders& decoders, const JsonFrames& frames) {
    Totals totals;
    json::MarketFrame other;
    std::vector<char> copy = frames.bytes;
    decoders.walk.rows = 0;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const std::string_view text = frames.at(i);
        must(decoders.ours.decode_frame(text, decoders.frame) == json::FrameStatus::ok,
             "a frame is refused");
        must(decoders.rapid.decode(copy.data() + frames.begins[i], other) &&
                 same_events(decoders.frame, other),
             "RapidJSON's events differ");
        must(decoders.on_demand.decode(text, other) && same_events(decoders.frame, other),
             "On-Demand's events differ");
        must(decoders.walk.decode(text), "the bare walk fails");
        totals.rows += decoders.frame.levels.size();
        ++totals.frames;
    }
    must(decoders.walk.rows == totals.rows, "the bare walk sees other rows");
    return totals;
}

/// As measure(), by the clock of this thread.
void measure_thread(std::vector<Contender>& contenders, std::size_t items, unsigned rounds) {
    for (unsigned round = 0; round <= rounds; ++round) {
        for (Contender& contender : contenders) {
            contender.prepare();
            const double start = thread_ns();
            contender.run();
            const double took = thread_ns() - start;
            if (round != 0)
                contender.nanoseconds_per_item.push_back(took / static_cast<double>(items));
        }
    }
}

void print(const std::vector<Contender>& contenders, const JsonFrames& frames,
           const Totals& totals) {
    const double bytes =
        static_cast<double>(frames.text_bytes) / static_cast<double>(totals.frames);
    const double rows = static_cast<double>(totals.rows) / static_cast<double>(totals.frames);
    std::printf("%-44s %9s %9s %9s %8s %8s %6s\n", "", "ns/frame", "min", "max", "MB/s", "ns/row",
                "ratio");
    for (const Contender& contender : contenders) {
        const auto [low, high] = std::minmax_element(contender.nanoseconds_per_item.begin(),
                                                     contender.nanoseconds_per_item.end());
        const double median = contender.median();
        std::printf("%-44s %9.1f %9.1f %9.1f %8.0f %8.2f %6.2f\n", contender.name.c_str(), median,
                    *low, *high, bytes / median * 1000, rows == 0 ? 0 : median / rows,
                    median / contenders[0].median());
    }
}

void run(const char* what, Decoders& decoders, BooksUnderTest& books, const JsonFrames& frames,
         unsigned rounds) {
    if (frames.size() == 0) return;
    const Totals totals = compare(decoders, frames);
    std::printf("\n%s: %zu frames, %.1f bytes and %.1f rows each\n", what, frames.size(),
                static_cast<double>(frames.text_bytes) / static_cast<double>(frames.size()),
                static_cast<double>(totals.rows) / static_cast<double>(frames.size()));
    std::vector<char> copy;
    std::uint64_t rows = 0;
    const auto nothing = [&] { rows = 0; };
    const auto all_rows = [&] { must(rows == totals.rows, "rows are missing"); };
    std::vector<Contender> contenders{
        {"FrameDecoder", nothing,
         [&] {
             for (std::size_t i = 0; i < frames.size(); ++i) {
                 (void)decoders.ours.decode_frame(frames.at(i), decoders.frame);
                 rows += decoders.frame.levels.size();
             }
             all_rows();
         }},
        {"JsonBooks, which decode and apply", [&] { books.begin(); },
         [&] {
             books.apply(frames);
             must(books.answer.body.empty() || books.in_sync(), "the book is lost");
         }},
        {"RapidJSON in situ, same events",
         [&] {
             rows = 0;
             copy = frames.bytes;
         },
         [&] {
             for (const std::size_t begin : frames.begins) {
                 (void)decoders.rapid.decode(copy.data() + begin, decoders.frame);
                 rows += decoders.frame.levels.size();
             }
             all_rows();
         }},
        {"simdjson On-Demand, same events, less strict", nothing,
         [&] {
             for (std::size_t i = 0; i < frames.size(); ++i) {
                 (void)decoders.on_demand.decode(frames.at(i), decoders.frame);
                 rows += decoders.frame.levels.size();
             }
             all_rows();
         }},
        {"simdjson On-Demand, bare walk", [&] { decoders.walk.rows = 0; },
         [&] {
             for (std::size_t i = 0; i < frames.size(); ++i)
                 (void)decoders.walk.decode(frames.at(i));
             rows = decoders.walk.rows;
             all_rows();
         }},
    };
    measure_thread(contenders, frames.size(), rounds);
    print(contenders, frames, totals);
}

JsonFrames of_kind(const JsonFrames& all, std::string_view stream) {
    JsonFrames some;
    for (std::size_t i = 0; i < all.size(); ++i)
        if (all.at(i).find(stream) < 64) some.add(all.at(i));
    return some;
}

int main_of(const Options& options) {
    const JsonFrames all = read_frames(options.capture);
    if (all.size() == 0) {
        std::printf("json_bench: no frames in %s: nothing to measure\n", options.capture.c_str());
        return 0;
    }
    pin_to(options.core);
    Decoders decoders{venue_of(options.capture)};
    BooksUnderTest books{venue_of(options.capture), read_answer(options.capture)};
    std::printf("%s, kernel %s\n", options.capture.c_str(),
                std::string{json::FrameDecoder::kernel()}.c_str());
    run("all", decoders, books, all, options.rounds);
    run("depth", decoders, books, of_kind(all, "@depth"), options.rounds);
    run("best bid and ask", decoders, books, of_kind(all, "@bookTicker"), options.rounds);
    run("trades", decoders, books, of_kind(all, "@trade"), options.rounds);
    return 0;
}

}  // namespace
}  // namespace tickweir::bench

int main(int count, char** arguments) {
    tickweir::bench::Options options{.capture = TICKWEIR_DATA
                                     "/json/binance-spot_btcusdt_20240808.jsonl.gz"};
    for (int i = 1; i + 1 < count; i += 2) {
        const std::string_view name = arguments[i];
        if (name == "--capture") options.capture = arguments[i + 1];
        if (name == "--rounds") options.rounds = static_cast<unsigned>(std::atoi(arguments[i + 1]));
        if (name == "--core") options.core = static_cast<unsigned>(std::atoi(arguments[i + 1]));
    }
    return tickweir::bench::main_of(options);
}
