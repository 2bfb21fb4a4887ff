#include "gateway/play/venue/paced_json.hpp"

#include <utility>

#include "codecs/json/frame_decoder.hpp"
#include "gateway/play/venue/frame_label.hpp"

namespace tickweir::gateway::venue {

using replay::CaptureStatus;

replay::Result<PacedJson> PacedJson::open(const std::filesystem::path& path,
                                          std::optional<codecs::json::VenueId> venue,
                                          replay::SpeedMillionths speed) {
    auto capture = replay::JsonCapture::open(path, venue);
    if (!capture) return capture.error();
    return PacedJson{std::move(*capture), path.string(), speed};
}

PacedJson::Step PacedJson::step(book::TimeNs now) {
    if (over_) return Step::over;
    if (!waiting_) {
        const CaptureStatus status = capture_.next(line_);
        if (status != CaptureStatus::block) {
            over_ = true;
            if (status != CaptureStatus::end) {
                const replay::Damage& damage = capture_.damage();
                trouble_ = name_ + ": offset " + std::to_string(damage.offset) + ": " + damage.what;
            }
            return Step::over;
        }
        next_due_ = pacer_.due(line_.time.time_since_epoch().count(), now);
    }
    waiting_ = next_due_ > now;
    return waiting_ ? Step::not_due : Step::line;
}

replay::Result<Catalog> survey(const std::filesystem::path& path,
                               std::optional<codecs::json::VenueId> venue) {
    auto capture = replay::JsonCapture::open(path, venue);
    if (!capture) return capture.error();
    Catalog catalog{capture->venue()};
    codecs::json::FrameDecoder decoder{capture->venue()};
    codecs::json::MarketFrame frame;
    FrameLabel label;
    replay::JsonLine line;
    while (capture->next(line) == CaptureStatus::block) {
        label.channel = {};
        label.symbols.clear();
        auto status = codecs::json::FrameStatus::malformed;
        if (line.kind == replay::JsonLineKind::frame) {
            status = decoder.decode_frame(line.text, frame);
            if (status == codecs::json::FrameStatus::ok)
                label_frame(capture->venue(), line.text, label);
        } else if (line.kind == replay::JsonLineKind::answer) {
            status = decoder.decode_answer(line.target, line.text, frame);
        }
        if (status == codecs::json::FrameStatus::ok) catalog.note(label, frame, line.offset);
    }
    return catalog;
}

}  // namespace tickweir::gateway::venue
