// The loggers that log_bench measures: ours whole, and the barest that does the same, two threads,
// a vector under a mutex and a file.
#pragma once

#include <sys/prctl.h>
#include <time.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "txn/io/aligned_buffer.hpp"
#include "txn/io/crc32c.hpp"
#include "txn/io/files.hpp"
#include "txn/log/file_carrier.hpp"
#include "txn/log/log_driver.hpp"
#include "txn/log/log_threads.hpp"
#include "txn/log/null_carrier.hpp"

namespace tickweir::bench {

namespace wal = txn::log;

/// Sleeps in the kernel, to the microsecond: every thread here asks for no slack.
inline void sleep_for(std::chrono::nanoseconds time) {
    timespec left{time.count() / 1'000'000'000, time.count() % 1'000'000'000};
    while (::clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) == EINTR) {
    }
}

inline void ask_for_no_slack() {
    if (::prctl(PR_SET_TIMERSLACK, 1) != 0) std::perror("prctl");
}

inline std::function<void()> delay_of(unsigned us) {
    if (us == 0) return [] {};
    return [us] { sleep_for(std::chrono::microseconds{us}); };
}

/// What is measured: takes records, tells how many are durable.
class Logger {
public:
    Logger() = default;
    Logger(const Logger&) = delete;
    Logger& operator=(const Logger&) = delete;
    virtual ~Logger() = default;
    virtual bool submit(txn::io::Bytes record) = 0;
    virtual std::uint64_t durable() = 0;
    virtual std::uint64_t batches() const = 0;
};

/// The barest: records are copied into a buffer under a mutex; the other thread exchanges it for an
/// empty one, adds a checksum and writes 4 KiB blocks into one file of zeros.
class BareLogger final : public Logger {
public:
    BareLogger(txn::io::Files& files, const std::string& directory, bool direct, unsigned delay_us,
               std::uint64_t file_bytes)
        : delay_(delay_of(delay_us)), file_bytes_(file_bytes) {
        const std::string path = directory + "/bare";
        {
            auto file = files.open(path, {.mode = txn::io::OpenMode::append});
            if (!file || !(*file)->preallocate(0, file_bytes) || !(*file)->sync()) std::abort();
        }
        file_ = *files.open(path, {.mode = txn::io::OpenMode::append, .direct = direct});
        thread_ = std::thread{[this] { run(); }};
    }
    ~BareLogger() override {
        stop_.store(true);
        thread_.join();
    }

    bool submit(txn::io::Bytes record) override {
        const std::scoped_lock guard{mutex_};
        if (used_ + record.size() > buffers_[filling_].bytes().size() - 64) return false;
        std::memcpy(&buffers_[filling_].bytes()[64 + used_], record.data(), record.size());
        used_ += record.size();
        ++count_;
        return true;
    }
    std::uint64_t durable() override { return durable_.load(std::memory_order_acquire); }
    std::uint64_t batches() const override { return batches_.load(); }

private:
    void run() {
        ask_for_no_slack();
        std::uint64_t offset = 0;
        std::uint64_t total = 0;
        while (!stop_.load(std::memory_order_relaxed)) {
            std::size_t used = 0;
            std::uint64_t count = 0;
            std::size_t full = 0;
            {
                const std::scoped_lock guard{mutex_};
                full = filling_;
                used = std::exchange(used_, 0);
                count = std::exchange(count_, 0);
                if (count != 0) filling_ = 1 - filling_;
            }
            if (count == 0) {
                sleep_for(std::chrono::microseconds{5});
                continue;
            }
            const auto batch = buffers_[full].bytes();
            const std::uint32_t crc = txn::io::crc32c(batch.subspan(64, used));
            std::memcpy(batch.data(), &crc, sizeof crc);
            const std::size_t bytes = wal::whole_blocks(64 + used);
            if (offset + bytes > file_bytes_) offset = 0;
            if (!file_->write_at(offset, batch.first(bytes))) std::abort();
            if (!file_->options().direct && !file_->sync()) std::abort();
            delay_();
            offset += bytes;
            total += count;
            batches_.fetch_add(1);
            durable_.store(total, std::memory_order_release);
        }
    }

    static constexpr std::size_t batch_bytes = std::size_t{256} << 10;

    std::function<void()> delay_;
    std::uint64_t file_bytes_;
    std::unique_ptr<txn::io::File> file_;
    std::mutex mutex_;
    txn::io::AlignedBuffer buffers_[2]{txn::io::AlignedBuffer{batch_bytes},
                                       txn::io::AlignedBuffer{batch_bytes}};
    std::size_t filling_ = 0;  // guarded by mutex_, as the two below
    std::size_t used_ = 0;
    std::uint64_t count_ = 0;
    alignas(64) std::atomic<std::uint64_t> durable_{0};
    std::atomic<std::uint64_t> batches_{0};
    std::atomic<bool> stop_{false};
    std::thread thread_;
};

inline const wal::LogId bench_id{{std::byte{1}, std::byte{2}}};

/// Ours, whole: credits, ring, driver thread, segments, stock thread.
class OurLogger final : public Logger {
public:
    OurLogger(txn::io::Files& files, const std::string& directory, bool direct, unsigned delay_us,
              bool null) {
        if (null) {
            carrier_ = std::make_unique<wal::NullCarrier>();
        } else {
            const std::string path = directory + "/ours";
            if (!files.make_directories(path)) std::abort();
            stock_.emplace(files, path, bench_id, wal::StockOptions{.direct = direct});
            if (!stock_->adopt({})) std::abort();
            while (stock_->turn()) {
            }
            auto opened = wal::FileCarrier::open(files, path, bench_id, *stock_, {}, 1, {});
            if (!opened) std::abort();
            carrier_ = *std::move(opened);
            stock_thread_.emplace(*stock_, std::chrono::milliseconds{5});
        }
        delayed_.emplace(*carrier_, delay_of(delay_us));
        wal::Carrier& used = delay_us == 0 ? *carrier_ : static_cast<wal::Carrier&>(*delayed_);
        driver_.emplace(ring_, used, durable_, bench_id, wal::Lsn{1});
        thread_.emplace(*driver_);
    }
    ~OurLogger() override {
        thread_.reset();
        stock_thread_.reset();
        if (driver_->failure()) {
            std::printf("FAILED: %s\n", to_string(*driver_->failure()).c_str());
        }
    }

    bool submit(txn::io::Bytes record) override {
        auto credit = ring_.take_credit(wal::RecordClass::ordinary, record.size());
        if (!credit) return false;
        auto reservation = ring_.reserve(*std::move(credit), record.size());
        std::memcpy(reservation.payload().data(), record.data(), record.size());
        reservation.commit(1);
        ring_.notify();
        return true;
    }
    std::uint64_t durable() override { return wal::number(durable_.load()); }
    std::uint64_t batches() const override { return driver_->counts().batches; }
    wal::LogRing& ring() { return ring_; }
    const wal::DurableLsn& durable_lsn() const { return durable_; }

private:
    wal::LogRing ring_{{}, wal::Lsn{1}};
    wal::DurableLsn durable_;
    std::optional<wal::SegmentStock> stock_;
    std::unique_ptr<wal::Carrier> carrier_;
    std::optional<wal::DelayedCarrier> delayed_;
    std::optional<wal::LogDriver> driver_;
    std::optional<wal::StockThread> stock_thread_;
    std::optional<wal::LogThread> thread_;
};

}  // namespace tickweir::bench
