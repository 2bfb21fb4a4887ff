#include "gateway/record/recording.hpp"

#include <system_error>
#include <utility>

#include "gateway/log.hpp"

namespace tickweir::gateway {

namespace {

const log::Logger& logger() {
    static const log::Logger record = log::module("record");
    return record;
}

}  // namespace

Recording::Cells Recording::make_cells(Metrics& metrics, const std::string& feed) {
    const Labels labels{{"feed", feed}};
    return {
        metrics.counter({"tickweir_record_records_total", "Records written to files."}, labels),
        metrics.counter({"tickweir_record_bytes_total", "Bytes of recordings, before compression."},
                        labels),
        metrics.counter({"tickweir_record_lost_records_total",
                         "Records not recorded: the ring was full, or the disk failed."},
                        labels),
        metrics.counter({"tickweir_record_files_total", "Files begun."}, labels),
        metrics.counter({"tickweir_record_failures_total", "Times that a recording stopped."},
                        labels),
        metrics.gauge({"tickweir_record_failed", "1 while a recording is stopped."}, labels)};
}

Recording::Recording(RecordingOptions options, Metrics& metrics)
    : options_(std::move(options)), cells_(make_cells(metrics, options_.file.feed)) {}

void Recording::note_lost(std::uint64_t records) {
    if (records == 0) return;
    cells_.lost.add(records);
    logger().warning("{}: {} records found no room in the ring and are missing from the recording",
                     log::Quoted{feed()}, records);
}

void Recording::fail(const std::string& reason, book::TimeNs now) {
    if (!retry_at_) {
        logger().error("{}: recording stopped, tried again in {} s: {}", log::Quoted{feed()},
                       retry_after.count(), log::Quoted{reason, 1'000});
        cells_.failures.add();
        cells_.failed.set(1);
    }
    retry_at_ = now + retry_after;
    file_.reset();
    dirty_ = false;
    holes_.reset();
}

bool Recording::begin(const TapHeader& header, book::TimeNs now) {
    if (retry_at_ && now < *retry_at_) return false;
    std::error_code ignored;  // what is wrong is told by the file
    std::filesystem::create_directories(options_.file.directory, ignored);
    const book::TimeNs received{std::chrono::nanoseconds{header.received_ns}};
    auto file = RecordFile::create(options_.file, received);
    if (!file) {
        fail(file.error(), now);
        return false;
    }
    file_ = std::move(*file);
    cells_.files.add();
    if (retry_at_)
        logger().warning("{}: recording goes on in {}; {} records are missing", log::Quoted{feed()},
                         log::Quoted{file_->path().string(), 1'000}, lost_failing_);
    else
        logger().info("{}: records into {}", log::Quoted{feed()},
                      log::Quoted{file_->path().string(), 1'000});
    retry_at_.reset();
    lost_failing_ = 0;
    cells_.failed.set(0);
    position_ = 0;
    flushed_at_ = now;
    const bool ages = options_.rotate_after > std::chrono::minutes{0};
    ends_at_ = ages ? now + options_.rotate_after : book::TimeNs::max();
    return true;
}

/// Framed messages of another session, or that do not follow those in the file, need a new one.
void Recording::end_where_broken(const TapHeader& header, book::TimeNs now) {
    const bool follows = next_ == 0 || (header.session == session_ && header.sequence == next_);
    if (!follows) {
        if (header.session != session_)
            logger().info("{}: session {} begins", log::Quoted{feed()},
                          log::Quoted{header.session.view()});
        else
            logger().warning("{}: the recording goes on at message {} where {} was to come",
                             log::Quoted{feed()}, header.sequence, next_);
        if (options_.file.format == RecordFormat::itch) end(now);
    }
    session_ = header.session;
    next_ = header.sequence + header.count;
}

void Recording::on_record(const TapHeader& header, codecs::Bytes bytes, book::TimeNs now) {
    note_lost(header.lost_before);
    const bool is_text = header.kind != TapKind::packets;
    // Of some venues no number would show the hole to a replay, and what is missing may be the end
    // of a connection.
    if (is_text && header.lost_before != 0) end(now);
    // Numbers of the next connection begin anew, so it gets a file of its own.
    if (header.kind == TapKind::lost) return end(now);
    if (!is_text && header.destination_port == 0) end_where_broken(header, now);
    if (!file_ && !begin(header, now)) {
        cells_.lost.add();
        ++lost_failing_;
        return;
    }
    file_->write(header, bytes);
    dirty_ = true;
    cells_.records.add();
    cells_.bytes.add(file_->position() - position_);
    position_ = file_->position();
    if (!file_->ok()) return fail(file_->finish().error(), now);
    if (header.destination_port != 0)
        holes_.on_packet(codecs::mold::PacketView{bytes}, now.time_since_epoch().count());
    if (may_end(now)) end(now);
}

bool Recording::may_end(book::TimeNs now) {
    if (position_ < options_.rotate_bytes && now < ends_at_) return false;
    if (holes_.whole(now.time_since_epoch().count())) return true;
    if (position_ < options_.overlong_bytes) return false;
    logger().warning("{}: {} messages were missing when {} had to end: they are in the next file",
                     log::Quoted{feed()}, holes_.missing(),
                     log::Quoted{file_->path().string(), 1'000});
    return true;
}

void Recording::on_time(book::TimeNs now) {
    if (!file_) return;
    if (dirty_ && now - flushed_at_ >= flush_every) {
        flushed_at_ = now;
        dirty_ = false;
        file_->flush();
        if (!file_->ok()) return fail(file_->finish().error(), now);
    }
    if (may_end(now)) end(now);
}

void Recording::end(book::TimeNs now) {
    if (!file_) return;
    if (const auto finished = file_->finish(); !finished) return fail(finished.error(), now);
    logger().info("{}: {} is whole", log::Quoted{feed()},
                  log::Quoted{file_->path().string(), 1'000});
    file_.reset();
    dirty_ = false;
}

RecordingCounts Recording::counts() const {
    return {cells_.records.value(), cells_.bytes.value(), cells_.lost.value(), cells_.files.value(),
            cells_.failures.value()};
}

}  // namespace tickweir::gateway
