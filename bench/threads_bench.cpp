// How a feed is best cut for several threads: every thread frames all messages and applies those of
// its locates, or one thread frames them and hands them over to the threads that keep books.
//
//   threads_bench [--messages N] [--rounds N] [--file F.itch] [--threads N]
#include <time.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "bench/itch_day.hpp"
#include "bench/rounds.hpp"
#include "book/byte_ring.hpp"
#include "codecs/itch/framing.hpp"
#include "gateway/feeds/itch_books.hpp"

namespace tickweir::bench {
namespace {

struct TouchCounter {
    std::uint64_t changes = 0;
    void on_change(const gateway::ItchEvent&, const book::BookChange& change) {
        changes += change.touch_changed;
    }
};

/// The books of one thread.
struct alignas(64) Share {
    explicit Share(gateway::ItchShard shard)
        : books{{.window = book::Limits{}.window / shard.count}, shard} {}
    void apply(codecs::Bytes frames) { (void)books.apply(frames, touches); }

    gateway::ItchBooks books;
    TouchCounter touches;
};

class Shares {
public:
    explicit Shares(std::uint32_t count) {
        for (std::uint32_t i = 0; i < count; ++i)
            shares_.push_back(std::make_unique<Share>(gateway::ItchShard{i, count}));
    }
    void reset() {
        for (const auto& share : shares_) {
            share->books.reset();
            share->touches = {};
        }
    }

    struct Result {
        std::uint64_t touches = 0;
        std::uint64_t orders = 0;
        std::uint64_t refused = 0;
        friend bool operator==(const Result&, const Result&) = default;
    };
    Result result() const {
        Result sum;
        for (const auto& share : shares_) {
            sum.touches += share->touches.changes;
            sum.orders += share->books.books().open_orders();
            sum.refused += share->books.counts().rejected_total();
        }
        return sum;
    }

    /// Each thread goes over all frames.
    void run_each_framing(codecs::Bytes frames) {
        std::vector<std::thread> threads;
        for (const auto& share : shares_)
            threads.emplace_back([&share = *share, frames] { share.apply(frames); });
        for (std::thread& thread : threads)
            thread.join();
    }

    /// This thread frames and copies each message into the ring of its owner, some kilobytes to a
    /// record; a thread a share applies them.
    void run_handed_over(codecs::Bytes frames) {
        std::vector<std::unique_ptr<Lane>> lanes;
        std::vector<std::thread> threads;
        for (const auto& share : shares_) {
            lanes.push_back(std::make_unique<Lane>());
            threads.emplace_back([&share = *share, &lane = *lanes.back()] { lane.drain(share); });
        }
        codecs::itch::FrameCursor cursor{frames};
        const std::byte* at = frames.data();
        for (codecs::Bytes message; cursor.next(message) == codecs::itch::FrameStatus::message;) {
            const std::byte* const behind = message.data() + message.size();
            const codecs::Bytes frame{at, behind};
            at = behind;
            if (message[0] == std::byte{'S'}) {
                for (const auto& lane : lanes)
                    lane->put(frame);
                continue;
            }
            const std::uint16_t locate = gateway::itch_peek::locate(message);
            for (std::size_t i = 0; i < lanes.size(); ++i)
                if (shares_[i]->books.shard().owns(locate)) lanes[i]->put(frame);
        }
        for (const auto& lane : lanes)
            lane->close();
        for (std::thread& thread : threads)
            thread.join();
    }

private:
    /// From the thread that frames to one that keeps books.
    class Lane {
    public:
        void put(codecs::Bytes frame) {
            if (used_ + frame.size() > room_.size()) {
                flush();
                for (;;) {
                    const std::uint32_t seen = taken_.load(std::memory_order_acquire);
                    room_ = ring_.reserve(record_bytes);
                    if (!room_.empty()) break;
                    taken_.wait(seen, std::memory_order_acquire);
                }
            }
            std::memcpy(room_.data() + used_, frame.data(), frame.size());
            used_ += frame.size();
        }
        void close() {
            flush();
            // Release: who sees it sees the last record. Acquired by itself, since `given_` may
            // have been read before.
            closed_.store(true, std::memory_order_release);
            tell(given_);
        }
        void drain(Share& share) {
            for (;;) {
                const std::uint32_t seen = given_.load(std::memory_order_acquire);
                const bool closed = closed_.load(std::memory_order_acquire);
                const std::span<const std::byte> record = ring_.front();
                if (record.data() == nullptr) {
                    if (closed) return;
                    given_.wait(seen, std::memory_order_acquire);
                    continue;
                }
                share.apply(record);
                ring_.advance();
                ring_.release();
                tell(taken_);
            }
        }

    private:
        static constexpr std::size_t record_bytes = std::size_t{32} * 1024;

        /// Release: who sees the new number sees what was done to the ring before.
        static void tell(std::atomic<std::uint32_t>& number) {
            number.fetch_add(1, std::memory_order_release);
            number.notify_one();
        }

        void flush() {
            if (used_ != 0) {
                ring_.commit(used_);
                ring_.publish();
                tell(given_);
            }
            used_ = 0;
            room_ = {};
        }

        book::ByteRing ring_{std::size_t{1} << 19};
        std::span<std::byte> room_;
        std::size_t used_ = 0;
        std::atomic<bool> closed_{false};
        alignas(64) std::atomic<std::uint32_t> given_{0};  // records, by the one that frames
        alignas(64) std::atomic<std::uint32_t> taken_{0};  // by the one that keeps books
    };

    std::vector<std::unique_ptr<Share>> shares_;
};

/// Nanoseconds that all threads of the process have computed.
double computed_ns() {
    timespec time{};
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

/// Of all cores, which other programs on the machine do not lengthen as they do the time.
void print_computed(std::vector<Contender>& contenders, std::uint64_t messages) {
    std::printf("\ncomputed by all threads, ns a message, one more run:\n");
    for (Contender& contender : contenders) {
        contender.prepare();
        const double start = computed_ns();
        contender.run();
        std::printf("%-58s %10.2f\n", contender.name.c_str(),
                    (computed_ns() - start) / static_cast<double>(messages));
    }
}

struct Options {
    DayOptions day;
    unsigned rounds = 5;
    std::uint32_t threads = 2;
};

int run(const Options& options) {
    const Day day = load(options.day);
    Shares one{1};
    Shares handed_to_one{1};
    Shares framing{options.threads};
    Shares handed{options.threads};
    const std::string count = std::to_string(options.threads);
    std::vector<Contender> contenders{
        {"one thread", [&] { one.reset(); }, [&] { one.run_each_framing(day.frames()); }},
        {count + " threads, each frames all", [&] { framing.reset(); },
         [&] { framing.run_each_framing(day.frames()); }},
        {"one frames, one keeps books", [&] { handed_to_one.reset(); },
         [&] { handed_to_one.run_handed_over(day.frames()); }},
        {"one frames, " + count + " keep books", [&] { handed.reset(); },
         [&] { handed.run_handed_over(day.frames()); }},
    };
    measure(contenders, day.messages, options.rounds);
    print(contenders, 0);
    print_computed(contenders, day.messages);
    const Shares::Result expected = one.result();
    const bool agree = framing.result() == expected && handed_to_one.result() == expected &&
                       handed.result() == expected && expected.refused == 0 &&
                       expected.touches != 0;
    std::printf("\nresults %s: %llu open orders, %llu touch changes\n", agree ? "agree" : "DIFFER",
                static_cast<unsigned long long>(expected.orders),
                static_cast<unsigned long long>(expected.touches));
    return agree ? 0 : 1;
}

}  // namespace
}  // namespace tickweir::bench

int main(int argc, char** argv) {
    tickweir::bench::Options options;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string name = argv[i];
        if (name == "--messages") options.day.messages = std::strtoull(argv[i + 1], nullptr, 10);
        if (name == "--rounds") options.rounds = static_cast<unsigned>(std::atoi(argv[i + 1]));
        if (name == "--file") options.day.file = argv[i + 1];
        if (name == "--threads")
            options.threads = static_cast<std::uint32_t>(std::max(1, std::atoi(argv[i + 1])));
    }
    return tickweir::bench::run(options);
}
