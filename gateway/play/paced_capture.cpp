#include "gateway/play/paced_capture.hpp"

#include <utility>

#include "codecs/itch/framing.hpp"
#include "gateway/feeds/itch_peek.hpp"

namespace tickweir::gateway {

using codecs::itch::FrameStatus;

replay::Result<PacedCapture> PacedCapture::open(const std::filesystem::path& path,
                                                std::optional<replay::CaptureFormat> format,
                                                const PublishPace& pace) {
    auto capture = replay::Capture::open(path, format);
    if (!capture) return capture.error();
    return PacedCapture{std::move(*capture), path.string(), pace};
}

PacedCapture::Step PacedCapture::step(MessageArchive& archive, book::TimeNs now,
                                      std::size_t bytes_max) {
    if (over_) return Step::over;
    if (!block_open_) return next_block();
    codecs::itch::FrameCursor cursor{block_.frames.subspan(consumed_)};
    codecs::Bytes message;
    std::size_t done = 0;
    while (done < bytes_max) {
        const FrameStatus found = cursor.next(message);
        if (found == FrameStatus::zero_length_damage) {
            trouble_ = name_ + ": damaged framing at offset " +
                       std::to_string(block_.offset + consumed_ + cursor.position());
            over_ = true;
            return Step::over;
        }
        if (found == FrameStatus::end || found == FrameStatus::partial) {
            capture_.consumed(consumed_ + done);
            block_open_ = false;
            return Step::worked;
        }
        if (found == FrameStatus::message) {
            if (!due(message, now)) {
                consumed_ += done;
                return done == 0 ? Step::not_due : Step::worked;
            }
            if (message.size() <= message_bytes_max) {
                archive.append(message);
                ++messages_;
            } else {
                ++too_long_;
            }
        }
        done = cursor.position();
    }
    consumed_ += done;
    return Step::worked;
}

PacedCapture::Step PacedCapture::next_block() {
    const replay::CaptureStatus status = capture_.next(block_);
    if (status != replay::CaptureStatus::block) {
        if (status != replay::CaptureStatus::end) trouble_ = name_ + ": " + capture_.damage().what;
        over_ = true;
        return Step::over;
    }
    block_open_ = true;
    consumed_ = 0;
    lost_ += block_.lost_before;
    const bool another = block_.new_session && !std::exchange(first_session_, false);
    if (!another) return Step::worked;
    pacer_.restart();
    rate_from_.reset();
    return Step::new_session;
}

/// Whether a message may be published now; if not, `next_due_` says when.
bool PacedCapture::due(codecs::Bytes message, book::TimeNs now) {
    if (pace_.rate) {
        if (!rate_from_) {
            rate_from_ = now;
            rate_messages_ = 0;
        }
        constexpr std::uint64_t ns_per_s = 1'000'000'000;
        const std::uint64_t whole_s = rate_messages_ / *pace_.rate;
        const std::uint64_t rest_ns = rate_messages_ % *pace_.rate * ns_per_s / *pace_.rate;
        next_due_ = *rate_from_ + std::chrono::nanoseconds{
                                      static_cast<std::int64_t>(whole_s * ns_per_s + rest_ns)};
        if (next_due_ > now) return false;
        ++rate_messages_;
        return true;
    }
    if (!pace_.speed) return true;
    if (block_.received)
        last_time_ns_ = block_.received->time_since_epoch().count();
    else if (const auto since_midnight = itch_peek::time(message))
        last_time_ns_ = static_cast<std::int64_t>(*since_midnight);
    next_due_ = pacer_.due(last_time_ns_, now);
    return next_due_ <= now;
}

}  // namespace tickweir::gateway
