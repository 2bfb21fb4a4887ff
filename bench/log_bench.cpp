// Group commit: our ring, driver and segment files beside the barest logger that does the same.
// Commands lie prepared in memory; open loop, counted from the intended send, so that what waits
// behind a slow batch is charged to it. Files lie in a directory of their own in D, which is made
// anew and removed.
//
//   log_bench [--rate N] [--seconds S] [--rounds N] [--directory D] [--mode direct|synced]
//             [--delays US,US,...] [--saturated SECONDS]
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "bench/log_load.hpp"
#include "bench/log_loggers.hpp"
#include "txn/io/posix_files.hpp"
#include "txn/log/log_ring.hpp"
#include "txn/log/repair.hpp"

namespace tickweir::bench {
namespace {

using namespace txn::log;

struct Options {
    std::uint64_t rate = 100'000;
    double seconds = 1.5;
    unsigned rounds = 3;
    std::string directory = "/tmp";
    bool direct = true;
    std::vector<unsigned> delays_us{0, 100, 1000};
    double saturated_seconds = 1;
};

double computed_ns() {
    timespec time{};
    (void)::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

/// What a record costs the thread that leaves it and the one that takes it, on one core: what both
/// compute, not what they wait for each other's lines.
void measure_ring(const Options& options) {
    constexpr std::size_t group = 256;
    constexpr std::size_t rounds = 4'000;
    LogRing ring{{}, Lsn{1}};
    BatchBuffer batch{bench_id, std::size_t{256} << 10};
    const auto record = record_for(9);
    Lsn next{1};
    for (unsigned repeat = 0; repeat < options.rounds; ++repeat) {
        double left = 0;
        double taken = 0;
        for (std::size_t round = 0; round < rounds; ++round) {
            const double begin = computed_ns();
            for (std::size_t i = 0; i < group; ++i) {
                auto credit = ring.take_credit(RecordClass::ordinary);
                auto reservation = ring.reserve(*std::move(credit), record.size());
                std::memcpy(reservation.payload().data(), record.data(), record.size());
                reservation.commit(1);
                ring.notify();
            }
            const double middle_time = computed_ns();
            batch.start(next);
            if (ring.drain(batch) != group) std::abort();
            next = batch.next();
            left += middle_time - begin;
            taken += computed_ns() - middle_time;
        }
        const auto records = static_cast<double>(group * rounds);
        std::printf("ring, ns of computing a record: left %.1f, taken and encoded %.1f\n",
                    left / records, taken / records);
    }
}

double load_average() {
    double load = 0;
    return ::getloadavg(&load, 1) == 1 ? load : -1;
}

/// An empty directory in another; removed with what is in it.
class Directory {
public:
    explicit Directory(const std::string& parent) : path_(parent + "/tickweir-log-bench") {
        std::filesystem::remove_all(path_);
        std::filesystem::create_directories(path_);
    }
    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;
    ~Directory() { std::filesystem::remove_all(path_); }
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

enum class Which { bare, ours, null };

std::unique_ptr<Logger> make(Which which, const Directory& directory, const Options& options,
                             unsigned delay_us) {
    static txn::io::PosixFiles files;
    if (which == Which::bare) {
        return std::make_unique<BareLogger>(files, directory.path(), options.direct, delay_us,
                                            std::uint64_t{256} << 20);
    }
    return std::make_unique<OurLogger>(files, directory.path(), options.direct, delay_us,
                                       which == Which::null);
}

const char* name_of(Which which) {
    return which == Which::bare ? "bare" : which == Which::ours ? "ours" : "null carrier";
}

double middle(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

void measure_latency(const Options& options, unsigned delay_us) {
    std::printf("\n%llu records/s of %zu bytes, %u us added to each sync\n",
                static_cast<unsigned long long>(options.rate), record_bytes, delay_us);
    std::printf("%-14s %8s %8s %8s %8s %8s %8s\n", "", "p50", "p90", "p99", "p99.9", "batch",
                "load");
    std::vector<double> p50[2];
    std::vector<double> p99[2];
    for (unsigned round = 0; round < options.rounds; ++round) {
        for (const Which which : {Which::bare, Which::ours}) {
            const Directory directory{options.directory};
            const auto logger = make(which, directory, options, delay_us);
            const Latencies found = open_loop(*logger, options.rate, options.seconds);
            std::printf("%-14s %8.1f %8.1f %8.1f %8.1f %8.1f %8.2f%s\n", name_of(which), found.p50,
                        found.p90, found.p99, found.p999, found.mean_batch, load_average(),
                        found.refused != 0 ? "  refused some" : "");
            const std::size_t i = which == Which::ours;
            p50[i].push_back(found.p50);
            p99[i].push_back(found.p99);
        }
    }
    std::printf("medians: p50 %.1f / %.1f = %.2f, p99 %.1f / %.1f = %.2f (asked: 1.3)\n",
                middle(p50[1]), middle(p50[0]), middle(p50[1]) / middle(p50[0]), middle(p99[1]),
                middle(p99[0]), middle(p99[1]) / middle(p99[0]));
}

/// What was written is all there, in order.
bool check_result(const Options& options) {
    const Directory directory{options.directory};
    txn::io::PosixFiles files;
    std::uint64_t durable = 0;
    {
        const auto logger = make(Which::ours, directory, options, 0);
        (void)open_loop(*logger, options.rate, 0.2);
        durable = logger->durable();
    }
    const auto begin = Clock::now();
    const LogReport report = verify_log(files, directory.path() + "/ours", bench_id);
    const double took = std::chrono::duration<double>(Clock::now() - begin).count();
    const bool right = report.outcome == ReadOutcome::end && number(report.last) == durable &&
                       report.counts.records == durable;
    std::printf("\nread back: %s, %llu records in %.3f s, three segments of zeros looked through\n",
                right ? "all there" : to_string(report.finding).c_str(),
                static_cast<unsigned long long>(report.counts.records), took);
    return right;
}

int run(const Options& options) {
    ask_for_no_slack();
    std::printf("%s; load at the begin %.2f%s\n",
                options.direct ? "O_DIRECT|O_DSYNC" : "write and fdatasync", load_average(),
                load_average() > 1 ? ": CONTENDED, figures are void" : "");
    measure_ring(options);
    for (const unsigned delay_us : options.delays_us)
        measure_latency(options, delay_us);
    std::printf("\nsaturated, durable records/s\n");
    for (unsigned round = 0; round < options.rounds; ++round) {
        for (const Which which : {Which::bare, Which::ours, Which::null}) {
            const Directory directory{options.directory};
            const auto logger = make(which, directory, options, 0);
            const double rate = saturated(*logger, options.saturated_seconds);
            std::printf("%-14s %12.0f\n", name_of(which), rate);
        }
    }
    return check_result(options) ? 0 : 1;
}

}  // namespace
}  // namespace tickweir::bench

int main(int argc, char** argv) {
    tickweir::bench::Options options;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string name = argv[i];
        const char* const value = argv[i + 1];
        if (name == "--rate") options.rate = std::max(1ULL, std::strtoull(value, nullptr, 10));
        if (name == "--seconds") options.seconds = std::atof(value);
        if (name == "--rounds")
            options.rounds = static_cast<unsigned>(std::max(1, std::atoi(value)));
        if (name == "--directory") options.directory = value;
        if (name == "--mode") options.direct = std::string{value} != "synced";
        if (name == "--saturated") options.saturated_seconds = std::atof(value);
        if (name == "--delays") {
            options.delays_us.clear();
            for (const char* at = value; *at != 0;) {
                char* end = nullptr;
                options.delays_us.push_back(static_cast<unsigned>(std::strtoul(at, &end, 10)));
                if (end == at) return 2;
                at = *end == ',' ? end + 1 : end;
            }
        }
    }
    return tickweir::bench::run(options);
}
