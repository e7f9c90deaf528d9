#include <array>

#include "vocabulary.hpp"

namespace medchain::testdata {

namespace {

constexpr auto western_families = std::to_array<Spelling>({
    {"Okonkwo", "Okonkwo"},
    {"O'Brien", "O'Brien"},
    {"M\u00fcller", "Muller"},
    {"N\u00fa\u00f1ez", "Nunez"},
    {"\u00d8sterg\u00e5rd", "Ostergard"},
    {"\u0160varc", "Svarc"},
    {"\u00c7elik", "Celik"},
    {"Nguy\u1ec5n", "Nguyen"},
    {"Kowalczyk", "Kowalczyk"},
    {"van der Meer", "van der Meer"},
    {"Bj\u00f6rklund", "Bjorklund"},
    {"Lef\u00e8vre", "Lefevre"},
    {"Papadakis", "Papadakis"},
    {"Ionescu", "Ionescu"},
    {"Gon\u00e7alves", "Goncalves"},
    {"Horv\u00e1th", "Horvath"},
    {"Fitzgerald", "Fitzgerald"},
    {"D'Angelo", "D'Angelo"},
    {"Saarinen", "Saarinen"},
    {"Whitlock", "Whitlock"},
    {"Abernathy", "Abernathy"},
    {"Gwynedd", "Gwynedd"},
    {"Thistlewood", "Thistlewood"},
    {"Marchetti", "Marchetti"},
});

constexpr auto western_male = std::to_array<Spelling>({
    {"Jos\u00e9", "Jose"},
    {"Ren\u00e9", "Rene"},
    {"Tom\u00e1\u0161", "Tomas"},
    {"\u0141ukasz", "Lukasz"},
    {"J\u00fcrgen", "Jurgen"},
    {"Olu", "Olu"},
    {"Patrick", "Patrick"},
    {"Emre", "Emre"},
    {"H\u00e5kon", "Hakon"},
    {"Giorgio", "Giorgio"},
    {"Bartholomew", "Bartholomew"},
    {"Dylan", "Dylan"},
});

constexpr auto western_female = std::to_array<Spelling>({
    {"Zo\u00eb", "Zoe"},
    {"Fran\u00e7oise", "Francoise"},
    {"S\u00f8ren-Anne", "Soren-Anne"},
    {"In\u00eas", "Ines"},
    {"\u00deora", "Thora"},
    {"Ama", "Ama"},
    {"Siobh\u00e1n", "Siobhan"},
    {"Elif", "Elif"},
    {"Kate\u0159ina", "Katerina"},
    {"Beatrice", "Beatrice"},
    {"Wilhelmina", "Wilhelmina"},
    {"Linh", "Linh"},
});

constexpr auto chinese_families = std::to_array<Spelling>({
    {"\u738b", "Wang"},
    {"\u674e", "Li"},
    {"\u5f20", "Zhang"},
    {"\u5218", "Liu"},
    {"\u9648", "Chen"},
    {"\u6768", "Yang"},
    {"\u8d75", "Zhao"},
    {"\u9ec4", "Huang"},
    {"\u5468", "Zhou"},
    {"\u5434", "Wu"},
    {"\u5f90", "Xu"},
    {"\u5b59", "Sun"},
    {"\u6797", "Lin"},
    {"\u90d1", "Zheng"},
    {"\u8c22", "Xie"},
    {"\u6b27\u9633", "Ouyang"},
    {"\u53f8\u9a6c", "Sima"},
    {"\u8bf8\u845b", "Zhuge"},
});

constexpr auto chinese_male = std::to_array<Spelling>({
    {"\u4f1f", "wei"},
    {"\u5f3a", "qiang"},
    {"\u78ca", "lei"},
    {"\u519b", "jun"},
    {"\u52c7", "yong"},
    {"\u6770", "jie"},
    {"\u6d9b", "tao"},
    {"\u660e", "ming"},
    {"\u8d85", "chao"},
    {"\u56fd", "guo"},
    {"\u5efa", "jian"},
    {"\u5fd7", "zhi"},
    {"\u6587", "wen"},
    {"\u6d77", "hai"},
    {"\u9f99", "long"},
    {"\u5b87", "yu"},
});

constexpr auto chinese_female = std::to_array<Spelling>({
    {"\u82b3", "fang"},
    {"\u5a1c", "na"},
    {"\u654f", "min"},
    {"\u9759", "jing"},
    {"\u4e3d", "li"},
    {"\u8273", "yan"},
    {"\u5a1f", "juan"},
    {"\u971e", "xia"},
    {"\u79c0", "xiu"},
    {"\u82f1", "ying"},
    {"\u73b2", "ling"},
    {"\u5a77", "ting"},
    {"\u96ea", "xue"},
    {"\u6885", "mei"},
    {"\u5170", "lan"},
    {"\u6653", "xiao"},
});

constexpr auto rare = std::to_array<Spelling>({
    {"\U00020BB7", "ji"},
    {"\U0002070E", "ba"},
    {"\U00020731", "ke"},
    {"\U00021C4A", "mo"},
    {"\U000243D0", "lin"},
    {"\U00028468", "ju"},
});

constexpr auto places_west = std::to_array<Place>({
    {"Saint-Ren\u00e9", "12 Rue des \u00c9rables", "97201", "FR", "Saint-Rene, 12 Rue des Erables"},
    {"Nieder\u00f6ls", "Lindenstra\u00dfe 4a", "00417", "DE", "Niederoels, Lindenstrasse 4a"},
    {"Port Marrow", "221 Kelp Street, Apt 7", "00913", "US", "Port Marrow, 221 Kelp Street"},
    {"\u00c5svik", "Nedre Bryggegate 19", "0042", "NO", "Asvik, Nedre Bryggegate 19"},
    {"Cold Ferry", "8 Mill Lane", "ZZ9 9ZZ", "GB", "Cold Ferry, 8 Mill Lane"},
    {"Villanueva del Olmo", "Calle Mayor 33, 2\u00ba B", "00877", "ES",
     "Villanueva, Calle Mayor 33"},
});

constexpr auto places_china = std::to_array<Place>({
    {"\u4e91\u6cb3\u5e02", "\u9752\u77f3\u8def18\u53f73\u5355\u5143402\u5ba4", "990018", "CN",
     "Yunhe, Qingshi Road 18"},
    {"\u4e34\u6c5f\u9547", "\u5b66\u5e9c\u5927\u8857256\u53f7", "990256", "CN",
     "Linjiang, Xuefu Avenue 256"},
    {"\u67f3\u5cb8\u53bf", "\u8377\u5858\u67517\u7ec412\u53f7", "990712", "CN",
     "Liu'an, Hetang Village 12"},
    {"\u4e1c\u5c4f\u5e02", "\u89e3\u653e\u91cc3\u5f049\u53f7501\u5ba4", "990501", "CN",
     "Dongping, Jiefang Lane 9"},
    {"\u767d\u9e6d\u6d32\u533a", "\u6ee8\u6d77\u65b0\u57ce\u4e00\u671f26\u680b1104\u5ba4", "991104",
     "CN", "Bailuzhou, Binhai 26-1104"},
});

}  // namespace

const NameList& western_names() {
  static constexpr NameList names{western_families, western_male, western_female};
  return names;
}

const NameList& chinese_names() {
  static constexpr NameList names{chinese_families, chinese_male, chinese_female};
  return names;
}

std::span<const Spelling> rare_characters() { return rare; }
std::span<const Place> western_places() { return places_west; }
std::span<const Place> chinese_places() { return places_china; }

}  // namespace medchain::testdata
