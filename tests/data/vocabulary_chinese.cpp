#include <array>

#include "vocabulary.hpp"

namespace medchain::testdata {

namespace {

constexpr auto complaints = std::to_array<std::string_view>({
    "\u80f8\u95f7",
    "\u6c14\u77ed",
    "\u5e72\u54b3",
    "\u5934\u75db",
    "\u8d77\u7acb\u65f6\u5934\u6655",
    "\u8179\u75db",
    "\u5173\u8282\u50f5\u786c",
    "\u5931\u7720",
    "\u98df\u6b32\u4e0d\u632f",
    "\u5fc3\u60b8",
    "\u76ae\u75b9",
    "\u53d1\u70ed\u4f34\u5bd2\u6218",
    "\u4e4f\u529b",
    "\u89c6\u7269\u6a21\u7cca",
    "\u80a2\u4f53\u9ebb\u6728",
    "\u8170\u80cc\u75bc\u75db",
    "\u541e\u54bd\u56f0\u96be",
    "\u8e1d\u90e8\u6c34\u80bf",
});
constexpr auto sites = std::to_array<std::string_view>({
    "\u5de6\u819d",
    "\u53f3\u80a9",
    "\u8170\u90e8",
    "\u4e0a\u8179\u90e8",
    "\u5de6\u4fa7\u8170\u90e8",
    "\u53cc\u624b",
    "\u53f3\u5c0f\u817f",
    "\u9888\u90e8",
    "\u5de6\u4fa7\u80f8\u58c1",
    "\u53f3\u9acb",
    "\u54bd\u90e8",
    "\u53cc\u8db3",
});
constexpr auto qualities = std::to_array<std::string_view>({
    "\u8f7b\u5ea6",
    "\u4e2d\u5ea6",
    "\u91cd\u5ea6",
    "\u95f4\u6b47\u6027",
    "\u6301\u7eed\u6027",
    "\u70e7\u707c\u6837",
    "\u640f\u52a8\u6027",
    "\u9690\u75db\u6837",
    "\u9010\u6e10\u597d\u8f6c",
    "\u9010\u6e10\u52a0\u91cd",
    "\u591c\u95f4\u660e\u663e",
    "\u9910\u540e\u660e\u663e",
});
constexpr auto findings = std::to_array<std::string_view>({
    "\u6536\u7f29\u671f\u6742\u97f3",
    "\u53cc\u80ba\u547c\u5438\u97f3\u6e05",
    "\u53cc\u80ba\u5e95\u7ec6\u6e7f\u5570\u97f3",
    "\u65e0\u6c34\u80bf",
    "\u5c0f\u817f\u51f9\u9677\u6027\u6c34\u80bf",
    "\u8171\u53cd\u5c04\u6b63\u5e38",
    "\u63e1\u529b\u51cf\u5f31",
    "\u809d\u7f18\u89e6\u75db",
    "\u6dcb\u5df4\u7ed3\u4e0d\u5927",
    "\u6108\u5408\u4e2d\u7684\u7622\u75d5",
    "\u6d3b\u52a8\u4e0d\u53d7\u9650",
    "\u65cb\u8f6c\u53d7\u9650",
    "\u8109\u640f\u89c4\u5219",
    "\u8109\u640f\u4e0d\u9f50",
    "\u8f7b\u5ea6\u54ee\u9e23\u97f3",
    "\u5c40\u90e8\u538b\u75db",
});
constexpr auto times =
    std::to_array<std::string_view>({"\u5929", "\u5468", "\u4e2a\u6708", "\u5c0f\u65f6", "\u5e74"});
constexpr auto advice = std::to_array<std::string_view>({
    "\u591a\u4f11\u606f\u591a\u996e\u6c34",
    "\u4f4e\u76d0\u996e\u98df",
    "\u6bcf\u65e5\u6b65\u884c\u534a\u5c0f\u65f6",
    "\u6ce8\u610f\u8db3\u90e8\u62a4\u7406",
    "\u8bb0\u5f55\u8840\u538b",
    "\u6212\u70df",
    "\u9650\u9152",
    "\u9ad8\u7ea4\u7ef4\u996e\u98df",
    "\u547c\u5438\u953b\u70bc",
    "\u53d1\u70ed\u65f6\u53ca\u65f6\u590d\u8bca",
    "\u6bcf\u5468\u4e24\u6b21\u7406\u7597",
});
constexpr auto departments = std::to_array<std::string_view>({
    "\u5fc3\u5185\u79d1",
    "\u666e\u901a\u5185\u79d1",
    "\u6025\u8bca\u79d1",
    "\u547c\u5438\u79d1",
    "\u65e5\u95f4\u95e8\u8bca",
    "\u9aa8\u79d1",
    "\u68c0\u9a8c\u79d1",
    "\u653e\u5c04\u79d1",
    "\u5185\u5206\u6ccc\u79d1",
});
constexpr auto hospitals = std::to_array<std::string_view>({
    "\u4e91\u6cb3\u5e02\u7b2c\u4e00\u533b\u9662",
    "\u4e34\u6c5f\u9547\u536b\u751f\u9662",
    "\u67f3\u5cb8\u53bf\u4e2d\u533b\u9662",
    "\u4e1c\u5c4f\u5e02\u4eba\u6c11\u533b\u9662",
    "\u767d\u9e6d\u6d32\u533a\u793e\u533a\u536b\u751f\u670d\u52a1\u4e2d\u5fc3",
});
constexpr auto roles = std::to_array<std::string_view>({
    "\u4e3b\u6cbb\u533b\u5e08",
    "\u8d23\u4efb\u62a4\u58eb",
    "\u68c0\u9a8c\u6280\u5e08",
    "\u5168\u79d1\u533b\u751f",
    "\u836f\u5e08",
    "\u4e3b\u4efb\u533b\u5e08",
});
constexpr auto note_kinds = std::to_array<std::string_view>({
    "\u75c5\u7a0b\u8bb0\u5f55",
    "\u4f1a\u8bca\u8bb0\u5f55",
    "\u51fa\u9662\u5c0f\u7ed3",
    "\u5165\u9662\u8bb0\u5f55",
    "\u7535\u8bdd\u968f\u8bbf",
});

constexpr auto complaint_sentences = std::to_array<std::string_view>({
    "\u56e0%c%n%t\u5c31\u8bca\u3002",
    "\u8bc9%s%q\u75bc\u75db\u5e76%c\uff0c\u8d77\u75c5\u4e8e%n%t\u524d\u3002",
    "\u7531\u793e\u533a\u533b\u751f\u8f6c\u6765\uff0c%c\uff0c%q\uff0c\u8bf7\u6392\u9664%g\u3002",
    "\u6cbb\u7597%n%t\u540e\u590d\u8bca\uff0c%c\u73b0\u4e3a%q\u3002",
});
constexpr auto history_sentences = std::to_array<std::string_view>({
    "\u65e2\u5f80%g%n\u5e74\uff0c\u670d\u7528%d\u6cbb\u7597\u3002",
    "\u7ea6%n%t\u524d\u51fa\u73b0%c\uff0c%q\uff0c\u7528%d\u540e\u7f13\u89e3\u3002",
    "\u5426\u8ba4%c\u53ca%c\uff0c\u6d3b\u52a8\u540e\u6709%c\u3002",
    "\u5e73\u65f6\u670d%d\uff0c\u5fc5\u8981\u65f6\u52a0%d\uff0c\u6bcf\u6708\u4e0d\u8d85\u8fc7%"
    "n\u6b21\u3002",
    "%n\u5e74\u524d\u884c%s\u624b\u672f\uff0c\u672f\u540e%f\u3002",
    "\u6bcd\u4eb2\u60a3%g\uff0c\u8205\u8205\u60a3%g\u3002",
    "\u4f4f%n\u5c42\uff0c\u5438\u70df%n\u5e74\uff0c\u6bcf\u65e5\u6b65\u884c%p\u7c73\u3002",
    "\u56e0%c\u4e8e%n%t\u524d\u505c\u7528%d\u3002",
    "%s\u75bc\u75db\u4e3a%q\uff0c\u8bc4\u5206%n\u5206\uff0c\u653e\u5c04\u81f3%s\u3002",
});
constexpr auto examination_sentences = std::to_array<std::string_view>({
    "\u67e5\u4f53\uff1a%f\uff0c%f\u3002",
    "%s\u53ef\u89c1%f\uff0c\u6027\u8d28\u4e3a%q\u3002",
    "\u8109\u640f%p\u6b21/\u5206\uff0c\u547c\u5438%n\u6b21/"
    "\u5206\uff0c\u6c27\u5206\u538b%vkPa\u3002",
    "\u89e6\u8bca%s\uff1a%f\uff1b\u4e0e%s\u76f8\u6bd4\uff0c%f\u3002",
    "\u6b65\u884c%p\u7c73\u540e\u56e0%c\u505c\u6b62\u3002",
    "\u5367\u4f4d\u8840\u538b%p/%p\uff0c\u7ad9\u7acb%n\u5206\u949f\u540e%p/%p\u3002",
});
constexpr auto result_sentences = std::to_array<std::string_view>({
    "\u5316\u9a8c\uff1a\u9178\u78b1\u5ea6%v\uff0c\u8840\u94be%v mmol/L\uff0c\u8840\u7cd6%p "
    "mg/dL\u3002",
    "%n%t\u524d%s\u5e73\u7247\u793a%f\uff0c\u4f59\u672a\u89c1\u65b0\u53d8\u5316\u3002",
    "\u8840\u808c\u9150%n%t\u5185\u7531%v\u5347\u81f3%v mg/dL\u3002",
    "\u8d85\u58f0\uff1a%f\uff0c%s\u9644\u8fd1\u5927\u5c0f%p\u00d7%n mm\u3002",
    "\u57f9\u517b%n\u5c0f\u65f6\u65e0\u751f\u957f\uff0cC\u53cd\u5e94\u86cb\u767d%p mg/L\u3002",
    "\u5fc3\u7535\u56fe\u793a%f\uff0c\u95f4\u671f%p ms\u3002",
});
constexpr auto assessment_sentences = std::to_array<std::string_view>({
    "\u9996\u5148\u8003\u8651%g\uff0c\u4ee5%c\u4e3a\u4e3b\u8981\u8868\u73b0\u3002",
    "%c\u4ecd\u4e3a%q\uff0c%g\u4e0d\u80fd\u9664\u5916\u3002",
    "\u4e0e%n%t\u524d\u76f8\u6bd4\uff0c%c%q\uff0c%f\u4e3a\u65b0\u53d1\u3002",
    "%s\u6240\u89c1\u652f\u6301%g\uff0c\u4e0d\u652f\u6301%g\u3002",
});
constexpr auto plan_sentences = std::to_array<std::string_view>({
    "\u5f00\u59cb\u670d\u7528%d\uff0c\u7597\u7a0b%n\u5929\uff0c\u4e4b\u540e\u590d\u67e5\u3002",
    "\u7ee7\u7eed%d\uff0c\u7b2c%n\u5929\u8d77\u505c\u7528%d\u3002",
    "\u5efa\u8bae%a\uff0c\u5e76%a\u3002",
    "%n\u5929\u540e\u590d\u67e5\u8840\u94be\uff0c\u9ad8\u4e8e%v\u65f6\u6765\u7535\u3002",
    "\u56e0%c\u8f6c\u8bca\uff0c\u9884\u8ba1%n%t\u5185\u5c31\u8bca\uff0c\u671f\u95f4%a\u3002",
    "%n%t\u540e\u590d\u8bca\uff0c\u5982\u518d\u6b21%c\u6216\u51fa\u73b0%"
    "c\u968f\u65f6\u5c31\u8bca\u3002",
});

constexpr auto section_list = std::to_array<Section>({
    {"\u4e3b\u8bc9", 2, complaint_sentences},
    {"\u75c5\u53f2", 5, history_sentences},
    {"\u4f53\u683c\u68c0\u67e5", 3, examination_sentences},
    {"\u68c0\u67e5\u7ed3\u679c", 3, result_sentences},
    {"\u8bca\u65ad", 2, assessment_sentences},
    {"\u8ba1\u5212", 3, plan_sentences},
});

constexpr Language language{
    .code = "zh-CN",
    .complaints = complaints,
    .sites = sites,
    .qualities = qualities,
    .findings = findings,
    .times = times,
    .advice = advice,
    .departments = departments,
    .hospitals = hospitals,
    .roles = roles,
    .note_kinds = note_kinds,
    .patient_label = "\u60a3\u8005\uff1a",
    .date_label = "\u65e5\u671f\uff1a",
    .signed_label = "\u7b7e\u540d\uff1a",
    .copied_label = "\u8865\u5145\uff1a",
    .sections = section_list,
    .is_chinese = true,
};

}  // namespace

const Language& chinese() { return language; }

}  // namespace medchain::testdata
